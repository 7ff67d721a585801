# Compiler flags, sanitizers, and the faster tools where they are present.

set(BELFRY_SANITIZE "" CACHE STRING "What -fsanitize takes: address, undefined, thread, address,undefined; or empty")
option(BELFRY_FUZZ "Build the libFuzzer targets (clang only)" OFF)

find_program(BELFRY_CCACHE ccache)
if(BELFRY_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${BELFRY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BELFRY_CCACHE})
endif()

find_program(BELFRY_MOLD mold)
if(BELFRY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# Designated initializers leave members out on purpose: they are then value-initialized.
add_compile_options(-Wno-missing-field-initializers)
add_compile_options(-fstack-protector-strong -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives inside std::expected, coroutine frames and, optimizing, std::string (its bug 105651).
  add_compile_options(-Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-restrict)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro,-z,now)

# A line for each address is what a backtrace needs; more only makes every compilation a fifth longer. `dev`, which is for
# debuggers, has all of it.
if(BELFRY_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-g1)
endif()

set(BELFRY_TEST_OPTIMIZATION -O0)
if(BELFRY_SANITIZE)
  add_compile_options(-O1 -fsanitize=${BELFRY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BELFRY_SANITIZE})
  # Memory that Asio keeps for the next coroutine is memory whose misuse nobody sees.
  add_compile_definitions(BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
  if(BELFRY_SANITIZE MATCHES "undefined")
    # One class's vtable is looked at across libraries that were built without it.
    add_compile_options(-fno-sanitize=vptr)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  set(BELFRY_TEST_OPTIMIZATION -O1)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

if(BELFRY_FUZZ)
  # The libraries under a fuzzer count their branches too, or it would search blindly.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY)
# io_uring and the like are not for us: epoll only, one reactor a thread.
