#!/usr/bin/env python3
"""A server on 127.0.0.1 that stands in for a web server, a proxy, S3 and WebHDFS.

remote_server.py DIR: prints its port, serves the files of DIR until its input ends.
  /files/X            the file
  /moved/X            a redirect to it
  /broken/X           breaks off after each 20,000 bytes; goes on by Range, If-Range
  /stubborn/X         breaks off once; knows no Range
  /busy/X             503 twice, then the file
  /bucket/X           S3: only with a right signature (key AK, secret SK, perhaps token TOK)
  /public/X           S3 without one
  /webhdfs/v1/X       WebHDFS: a redirect to /files/X, for ?op=OPEN
A request in absolute form is one to a proxy: it is answered from /files, and counted by the header Via.
"""
import hashlib, hmac, http.server, os, socketserver, sys, threading, urllib.parse

root = sys.argv[1]
seen = {}

def sign(secret, text): return hmac.new(secret, text.encode(), hashlib.sha256).digest()

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass

    def file(self, name):
        path = os.path.join(root, os.path.basename(urllib.parse.unquote(name)))
        if not os.path.isfile(path): return None
        with open(path, "rb") as f: return f.read()

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for k, v in headers.items(): self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut(self, data, most, ranges):
        """Says it sends all from the asked place on, and breaks off after `most` bytes."""
        tag, start = '"%s"' % hashlib.md5(data).hexdigest(), 0
        asked = self.headers.get("Range")
        if ranges and asked and self.headers.get("If-Range", tag) == tag:
            start = int(asked[6:-1])
            if start >= len(data): return self.say(416)
            self.send_response(206)
            self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
        else:
            self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:start + most])
        self.wfile.flush()
        if start + most < len(data):
            self.close_connection = True

    def signed(self):
        auth = self.headers.get("Authorization", "")
        if not auth.startswith("AWS4-HMAC-SHA256 "): return False
        parts = dict(p.strip().split("=", 1) for p in auth[17:].split(","))
        access, day, region, service, last = parts["Credential"].split("/")
        names = parts["SignedHeaders"].split(";")
        if access != "AK" or "host" not in names or "x-amz-date" not in names: return False
        if self.headers.get("x-amz-security-token", "TOK") != "TOK": return False
        path, _, query = self.path.partition("?")
        canonical = "\n".join(["GET", path, query, *("%s:%s" % (n, self.headers[n].strip()) for n in names), "", ";".join(names),
                               self.headers["x-amz-content-sha256"]])
        scope = "/".join([day, region, service, last])
        text = "\n".join(["AWS4-HMAC-SHA256", self.headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4SK"
        for part in (day, region, service, last): key = sign(key, part)
        return hmac.compare_digest(sign(key, text).hex(), parts["Signature"])

    def do_GET(self):
        if self.path.startswith("http://"):
            seen["proxy"] = seen.get("proxy", 0) + 1
            data = self.file(self.path)
            return self.say(200, data, Via="here") if data else self.say(404)
        path = self.path.partition("?")[0]
        where, _, name = path[1:].partition("/")
        seen[self.path] = seen.get(self.path, 0) + 1
        if where == "seen": return self.say(200, str(seen.get(name, 0)).encode())
        data = self.file(name)
        if where == "webhdfs":
            if "op=OPEN" not in self.path: return self.say(400)
            if data is None:
                return self.say(404, b'{"RemoteException":{"exception":"FileNotFoundException","message":"File does not exist: /x"}}')
            return self.say(307, Location="/files/" + os.path.basename(name))
        if where in ("bucket", "public"):
            if where == "bucket" and not self.signed():
                return self.say(403, b"<Error><Code>SignatureDoesNotMatch</Code><Message>The signature does not match</Message></Error>")
        if data is None: return self.say(404, b"nothing here")
        if where == "moved": return self.say(302, Location="/files/" + name)
        if where == "broken": return self.cut(data, 20000, True)
        if where == "stubborn": return self.cut(data, len(data) // 2 if seen[self.path] == 1 else len(data), False)
        if where == "busy" and seen[self.path] < 3: return self.say(503)
        self.say(200, data)

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
