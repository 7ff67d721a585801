#pragma once

// Memory of OpenSSL's record buffers, kept a thread. A connection that waits gives its two buffers back
// (SSL_MODE_RELEASE_BUFFERS), so that a busy thread takes and gives back some for every request; they are larger than
// what the allocator keeps at hand, and it would look for them anew each time.

namespace belfry::net {

// To be called before anything of OpenSSL, once a process; false if it was too late, which costs nothing but time.
bool keep_openssl_buffers();

}  // namespace belfry::net
