#pragma once

// Memory of nghttp2's sessions. Each takes a buffer for the largest frame it might write (16 KiB, RFC 9113, section
// 4.2), and writes heads alone into it: DATA goes out of our own Buffers. Here such buffers are page-aligned pieces of
// fresh memory, of which the kernel gives a page where one was written to: 4 KiB of a connection that waits, not 16.
//
// One pool a thread: a session lives and ends on its thread, and the thread outlives it.

#include <nghttp2/nghttp2.h>

namespace belfry::edge {

// For nghttp2_session_server_new3(); the same for all threads.
nghttp2_mem* http2_memory();

}  // namespace belfry::edge
