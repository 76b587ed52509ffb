/* source_remote.c - files that are far away: http, https, s3, hdfs.
 *
 * libcurl brings the bytes. A transfer that breaks off goes on from where it was, by
 * a Range request that names the version of the file (If-Range), a few times. s3://
 * becomes a signed GET, hdfs:// a WebHDFS one. Nothing is asked of the environment: proxies
 * and credentials come with the options. */
#include "config.h"
#include "data/source_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

#include <string.h>

#ifndef HAVE_CURL

weir_status raw_open_remote(raw **out, const char *url, const weir_value *options, progress *p, weir_error *err)
{
    (void)out, (void)options, (void)p;
    return weir_fail(err, WEIR_EINVAL, "'%s': this weir was built without libcurl; install libcurl and configure weir with --with-curl", url);
}

#else

#include "data/source_sign.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { TRIES = 5, BUFFER = 1 << 20, WORDS = 1024 };

typedef struct remote {
    raw r;
    char *url, *real;     /* as said; as asked for */
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers; /* of the request under way */
    char etag[160];
    char *buffer;         /* BUFFER bytes: buffer[at .. n) is not yet read */
    size_t at, n;
    bool paused, running, done, judged, wants_range;
    uint64_t got, skip;   /* bytes of the file so far; to throw away, when the server began anew */
    long status;
    char words[WORDS];    /* of an answer that says no */
    size_t n_words;
    int failures;         /* without a byte between them */
    char *proxy_text, *no_proxy_text, *ca;
    bool signs;
    sign_key key;
    char *host, *path, *secrets[4];
    progress *progress;
} remote;

/* What curl hands over -------------------------------------------------------------------------- */

static size_t on_header(char *s, size_t size, size_t n, void *user)
{
    remote *m = user;
    size_t len = size * n;

    if (len > 5 && !strncasecmp(s, "etag:", 5)) {
        size_t from = 5;
        while (from < len && (s[from] == ' ' || s[from] == '\t'))
            from++;
        size_t k = len - from;
        while (k && (s[from + k - 1] == '\r' || s[from + k - 1] == '\n'))
            k--;
        if (k < sizeof m->etag && s[from] == '"') { /* a weak one is no promise */
            memcpy(m->etag, s + from, k);
            m->etag[k] = 0;
        }
    }
    return len;
}

/* At the first byte of an answer: is it what was asked for? */
static void judge(remote *m)
{
    m->judged = true;
    curl_easy_getinfo(m->easy, CURLINFO_RESPONSE_CODE, &m->status);
    if (m->wants_range && m->status == 200)
        m->skip = m->got; /* the whole file again */
    curl_off_t length = -1;
    if (m->status == 200 && curl_easy_getinfo(m->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK && length > 0)
        m->r.size = (uint64_t)length;
}

static size_t on_bytes(char *s, size_t size, size_t n, void *user)
{
    remote *m = user;
    size_t len = size * n, left = len;

    if (!m->judged)
        judge(m);
    if (m->status != 200 && m->status != 206) {
        size_t k = WORDS - 1 - m->n_words < len ? WORDS - 1 - m->n_words : len;
        memcpy(m->words + m->n_words, s, k);
        m->n_words += k;
        m->words[m->n_words] = 0;
        return len;
    }
    if (BUFFER - m->n < len) {
        m->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (m->skip) {
        size_t k = m->skip < left ? (size_t)m->skip : left;
        m->skip -= k;
        s += k, left -= k;
    }
    memcpy(m->buffer + m->n, s, left);
    m->n += left;
    m->got += left;
    if (left)
        m->failures = 0;
    return len;
}

/* Requests --------------------------------------------------------------------------------------- */

static bool add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *more = curl_slist_append(*list, line);

    if (more)
        *list = more;
    return more != NULL;
}

static bool make_headers(remote *m)
{
    text date = {0}, authorization = {0}, token = {0};
    bool good = true;

    curl_slist_free_all(m->headers);
    m->headers = NULL;
    if (m->signs) {
        sign_get(&date, &authorization, &m->key, m->host, m->path, time(NULL));
        good = !date.failed && !authorization.failed && add_header(&m->headers, text_str(&date)) &&
               add_header(&m->headers, text_str(&authorization)) &&
               add_header(&m->headers, "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        if (good && m->key.token) {
            text_fmt(&token, "x-amz-security-token: %s", m->key.token);
            good = !token.failed && add_header(&m->headers, text_str(&token));
        }
    }
    if (good && m->wants_range) {
        text line = {0};
        text_fmt(&line, "Range: bytes=%llu-", (unsigned long long)m->got);
        good = !line.failed && add_header(&m->headers, text_str(&line));
        if (good && m->etag[0]) {
            text_clear(&line);
            text_fmt(&line, "If-Range: %s", m->etag);
            good = !line.failed && add_header(&m->headers, text_str(&line));
        }
        text_free(&line);
    }
    text_free(&date), text_free(&authorization), text_free(&token);
    return good;
}

static void stop(remote *m)
{
    if (m->easy) {
        curl_multi_remove_handle(m->multi, m->easy);
        curl_easy_cleanup(m->easy);
    }
    m->easy = NULL;
    m->running = false;
}

/* Asks for the file from m->got on. */
static bool start(remote *m)
{
    stop(m);
    m->wants_range = m->got > 0;
    m->skip = 0;
    m->judged = m->paused = false;
    m->status = 0;
    m->n_words = 0;
    if (!(m->easy = curl_easy_init()) || !make_headers(m))
        return false;
    CURL *c = m->easy;
    curl_easy_setopt(c, CURLOPT_URL, m->real);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, m->signs ? 0L : 1L); /* a signature is for one host */
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, 10L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_setopt(c, CURLOPT_PROXY, m->proxy_text ? m->proxy_text : ""); /* "": not even from the environment */
    curl_easy_setopt(c, CURLOPT_NOPROXY, m->no_proxy_text ? m->no_proxy_text : "");
    if (m->ca)
        curl_easy_setopt(c, CURLOPT_CAINFO, m->ca);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "weir");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, m->headers);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, m);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, m);
    m->running = curl_multi_add_handle(m->multi, c) == CURLM_OK;
    return m->running;
}

/* <Message>…</Message> of S3, "message":"…" of WebHDFS. */
static void words_of(const remote *m, char *out, size_t cap)
{
    static const struct { const char *from, *to; } marks[] = {{"<Message>", "<"}, {"\"message\":\"", "\""}};

    *out = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *s = strstr(m->words, marks[i].from);
        if (!s)
            continue;
        s += strlen(marks[i].from);
        snprintf(out, cap, ": %.*s", (int)strcspn(s, marks[i].to), s);
        return;
    }
}

static weir_status refuse(const remote *m, weir_error *err)
{
    char words[300];

    words_of(m, words, sizeof words);
    if (m->status == 416)
        return weir_fail(err, WEIR_EIO, "'%s' became shorter while it was read", m->url);
    if ((m->status == 401 || m->status == 403) && !m->signs && !strncmp(m->url, "s3://", 5))
        return weir_fail(err, WEIR_EIO, "'%s': the server answers %ld%s; no credentials were given", m->url, m->status, words);
    return weir_fail(err, WEIR_EIO, "'%s': the server answers %ld%s%s", m->url, m->status,
                     m->status == 404 ? " (not found)" : m->status == 403 ? " (forbidden)" : m->status == 401 ? " (log in first)" : "", words);
}

static bool may_try_again(CURLcode e)
{
    return e == CURLE_PARTIAL_FILE || e == CURLE_RECV_ERROR || e == CURLE_SEND_ERROR || e == CURLE_GOT_NOTHING || e == CURLE_OPERATION_TIMEDOUT ||
           e == CURLE_HTTP2 || e == CURLE_HTTP2_STREAM;
}

/* The transfer has ended, well or not. */
static weir_status ended(remote *m, CURLcode e, weir_error *err)
{
    if (!m->judged)
        judge(m);
    if (e == CURLE_OK && (m->status == 200 || m->status == 206)) {
        m->done = true;
        stop(m);
        return WEIR_OK;
    }
    if (e == CURLE_OK && m->status < 500)
        return refuse(m, err);
    if (e != CURLE_OK && !may_try_again(e))
        return weir_fail(err, WEIR_EIO, "cannot read '%s': %s", m->url, curl_easy_strerror(e));
    if (++m->failures >= TRIES)
        return e == CURLE_OK ? refuse(m, err)
                             : weir_fail(err, WEIR_EIO, "cannot read '%s': %s, after %llu bytes and %d tries", m->url, curl_easy_strerror(e),
                                         (unsigned long long)m->got, TRIES);
    return start(m) ? WEIR_OK : weir_no_memory(err, "reading a URL");
}

static weir_status step(remote *m, weir_error *err)
{
    int still = 0, left;
    CURLMsg *msg;

    if (m->paused && m->n < BUFFER / 2) {
        m->paused = false;
        curl_easy_pause(m->easy, CURLPAUSE_CONT);
    }
    if (curl_multi_perform(m->multi, &still) != CURLM_OK)
        return weir_fail(err, WEIR_EIO, "cannot read '%s'", m->url);
    while ((msg = curl_multi_info_read(m->multi, &left)))
        if (msg->msg == CURLMSG_DONE)
            return ended(m, msg->data.result, err);
    if (still && m->n == m->at && !m->paused)
        curl_multi_poll(m->multi, NULL, 0, 100, NULL);
    return WEIR_OK;
}

/* The raw source ------------------------------------------------------------------------------------ */

static weir_status remote_read(raw *r, void *to, size_t n, size_t *got, weir_error *err)
{
    remote *m = (remote *)r;
    weir_status st = WEIR_OK;

    *got = 0;
    if (m->at == m->n)
        m->at = m->n = 0;
    while (!st && m->at == m->n && !m->done) {
        if (progress_cancelled(m->progress))
            return weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", m->url);
        st = m->running || start(m) ? step(m, err) : weir_no_memory(err, "reading a URL");
    }
    if (st)
        return st;
    *got = n < m->n - m->at ? n : m->n - m->at;
    memcpy(to, m->buffer + m->at, *got);
    m->at += *got;
    return WEIR_OK;
}

static weir_status remote_rewind(raw *r, weir_error *err)
{
    remote *m = (remote *)r;

    (void)err;
    stop(m);
    m->at = m->n = 0;
    m->got = 0;
    m->done = false;
    m->etag[0] = 0;
    return WEIR_OK;
}

static void remote_close(raw *r)
{
    remote *m = (remote *)r;

    stop(m);
    if (m->multi)
        curl_multi_cleanup(m->multi);
    curl_slist_free_all(m->headers);
    mem_free(m->url), mem_free(m->real), mem_free(m->buffer), mem_free(m->proxy_text), mem_free(m->no_proxy_text), mem_free(m->ca);
    mem_free(m->host), mem_free(m->path);
    for (size_t i = 0; i < 4; i++)
        mem_free(m->secrets[i]);
    mem_free(m);
}

/* Addresses ------------------------------------------------------------------------------------------ */

static const char *option(const weir_value *o, const char *name)
{
    const weir_value *v = o ? weir_dict_get(o, name) : NULL;
    return v && v->kind == WEIR_TEXT && *v->as.text.s ? v->as.text.s : NULL;
}

static char *finish(text *t)
{
    char *s = t->failed ? NULL : mem_text(text_str(t));

    text_free(t);
    return s;
}

/* s3://bucket/key: at the endpoint of the options, or at Amazon's. */
static weir_status s3_address(remote *m, const weir_value *o, weir_error *err)
{
    const char *bucket = m->url + 5, *slash = strchr(bucket, '/'), *endpoint = option(o, "s3_endpoint");
    const char *region = option(o, "region") ? option(o, "region") : "us-east-1";
    text url = {0}, host = {0}, path = {0};

    if (!slash || slash == bucket || !slash[1])
        return weir_fail(err, WEIR_EINVAL, "'%s' is no address of an object: s3://bucket/key", m->url);
    if (endpoint) {
        const char *after = strstr(endpoint, "://");
        if (!after)
            return weir_fail_at(err, WEIR_EINVAL, "s3_endpoint", "s3_endpoint = \"%s\" does not begin with http:// or https://", endpoint);
        text_add_n(&host, after + 3, strcspn(after + 3, "/"));
        text_char(&path, '/');
        sign_encode_path(&path, bucket);
        text_add_n(&url, endpoint, (size_t)(after - endpoint) + 3);
    } else {
        text_add_n(&host, bucket, (size_t)(slash - bucket));
        text_fmt(&host, ".s3.%s.amazonaws.com", region);
        sign_encode_path(&path, slash);
        text_add(&url, "https://");
    }
    text_fmt(&url, "%s%s", text_str(&host), text_str(&path));
    m->real = finish(&url);
    m->host = finish(&host);
    m->path = finish(&path);
    const char *given[] = {option(o, "access_key"), option(o, "secret_key"), option(o, "session_token"), region};
    m->signs = given[0] && given[1];
    for (size_t i = 0; i < 4; i++)
        if (given[i] && !(m->secrets[i] = mem_text(given[i])))
            return weir_no_memory(err, "opening a URL");
    m->key = (sign_key){m->secrets[0], m->secrets[1], m->secrets[2], m->secrets[3]};
    return m->real && m->host && m->path ? WEIR_OK : weir_no_memory(err, "opening a URL");
}

/* hdfs://host[:port]/path by WebHDFS. The ports of HDFS's own protocol mean the usual one of WebHDFS. */
static weir_status hdfs_address(remote *m, const weir_value *o, weir_error *err)
{
    const char *host = m->url + 7, *slash = strchr(host, '/'), *user = option(o, "hdfs_user");
    text url = {0};

    if (!slash || slash == host || !slash[1])
        return weir_fail(err, WEIR_EINVAL, "'%s' is no address of a file: hdfs://host:port/path", m->url);
    size_t n = (size_t)(slash - host);
    const char *colon = memchr(host, ':', n);
    bool rpc = colon && (!strncmp(colon, ":8020/", 6) || !strncmp(colon, ":9000/", 6));
    text_add(&url, "http://");
    text_add_n(&url, host, rpc ? (size_t)(colon - host) : n);
    text_add(&url, rpc || !colon ? ":9870/webhdfs/v1" : "/webhdfs/v1");
    sign_encode_path(&url, slash);
    text_add(&url, "?op=OPEN");
    if (user) {
        text_add(&url, "&user.name=");
        sign_encode_path(&url, user);
    }
    m->real = finish(&url);
    return m->real ? WEIR_OK : weir_no_memory(err, "opening a URL");
}

static weir_status set_up(remote *m, const char *url, const weir_value *o, weir_error *err)
{
    bool https = strncmp(url, "http://", 7) != 0 && strncmp(url, "hdfs://", 7) != 0;
    const char *endpoint = option(o, "s3_endpoint");
    weir_status st;

    if (!strncmp(url, "s3://", 5) && endpoint && !strncmp(endpoint, "http://", 7))
        https = false;
    const char *proxy = option(o, https ? "https_proxy" : "http_proxy");
    proxy = proxy ? proxy : option(o, "proxy");
    m->url = mem_text(url);
    m->buffer = mem_array(BUFFER, 1);
    m->multi = curl_multi_init();
    m->proxy_text = mem_text(proxy);
    m->no_proxy_text = mem_text(option(o, "no_proxy"));
    m->ca = mem_text(option(o, "ca_file"));
    if (!m->url || !m->buffer || !m->multi)
        return weir_no_memory(err, "opening a URL");
    if (!strncmp(url, "s3://", 5))
        st = s3_address(m, o, err);
    else if (!strncmp(url, "hdfs://", 7))
        st = hdfs_address(m, o, err);
    else
        st = (m->real = mem_text(url)) ? WEIR_OK : weir_no_memory(err, "opening a URL");
    return st;
}

weir_status raw_open_remote(raw **out, const char *url, const weir_value *options, progress *p, weir_error *err)
{
    remote *m = MEM_NEW(remote);

    if (!m)
        return weir_no_memory(err, "opening a URL");
    m->r = (raw){.read = remote_read, .rewind = remote_rewind, .close = remote_close};
    m->progress = p;
    weir_status st = set_up(m, url, options, err);
    if (st)
        remote_close(&m->r);
    else
        *out = &m->r;
    return st;
}

#endif
