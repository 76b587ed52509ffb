/* t_sign.c - SHA-256 and HMAC by the examples of FIPS 180-4 and RFC 4231; a signature by hand. */
#include "base/sha256.h"
#include "data/source_sign.h"
#include "tests/tap.h"

static const char *hash(const void *s, size_t n)
{
    static char hex[SHA256_HEX];
    uint8_t out[SHA256_BYTES];

    sha256(s, n, out);
    sha256_hex(out, hex);
    return hex;
}

static void hashes_are_those_of_the_standard(void)
{
    char many[1000];

    TEXT_EQ(hash("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    TEXT_EQ(hash("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    TEXT_EQ(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(many, 'a', sizeof many);
    TEXT_EQ(hash(many, sizeof many), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

static void keyed_hashes_are_those_of_the_standard(void)
{
    uint8_t out[SHA256_BYTES], key[131];
    char hex[SHA256_HEX];

    sha256_hmac("Jefe", 4, "what do ya want for nothing?", 28, out);
    sha256_hex(out, hex);
    TEXT_EQ(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    sha256_hmac(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
    sha256_hex(out, hex);
    TEXT_EQ(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void F094_paths_are_written_as_the_signature_wants_them(void)
{
    text t = {0};

    sign_encode_path(&t, "a b/c+d~e_f-g.h/\xc3\xa4?");
    TEXT_EQ(text_str(&t), "a%20b/c%2Bd~e_f-g.h/%C3%A4%3F");
    text_free(&t);
}

int main(void)
{
    TEST(hashes_are_those_of_the_standard);
    TEST(keyed_hashes_are_those_of_the_standard);
    TEST(F094_paths_are_written_as_the_signature_wants_them);
    return tap_done();
}
