# Compiler flags, sanitizers, and the faster tools where they are present.

set(BELFRY_SANITIZE "" CACHE STRING "What -fsanitize takes: address, undefined, thread, address,undefined; or empty")
option(BELFRY_FUZZ "Build the libFuzzer targets (clang only)" OFF)

set(BELFRY_PROFILE "" CACHE STRING "Of scripts/optimized: generate (count which way the code goes) or use (the counts)")

find_program(BELFRY_CCACHE ccache)
if(BELFRY_CCACHE AND NOT BELFRY_PROFILE)
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
  # Memory that is kept for the next coroutine or connection is memory whose misuse nobody sees.
  add_compile_definitions(BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING BELFRY_SANITIZE)
  if(BELFRY_SANITIZE MATCHES "undefined")
    # One class's vtable is looked at across libraries that were built without it.
    add_compile_options(-fno-sanitize=vptr)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  set(BELFRY_TEST_OPTIMIZATION -O1)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

set(counts ${CMAKE_BINARY_DIR}/counts)
if(BELFRY_PROFILE STREQUAL "generate")
  add_compile_options(-fprofile-generate=${counts} -fprofile-update=atomic)
  add_link_options(-fprofile-generate=${counts})
elseif(BELFRY_PROFILE STREQUAL "use")
  # What was not driven is optimized as ever, not for size.
  add_compile_options(-fprofile-use=${counts} -fprofile-partial-training -Wno-missing-profile)
endif()

if(BELFRY_FUZZ)
  # The libraries under a fuzzer count their branches too, or it would search blindly.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY)
# Frames of coroutines: as many are kept as one request has at once, and the others are plain memory, which the allocator
# has at hand where it must look for aligned memory each time.
add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16 BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC
                        BOOST_ASIO_DISABLE_BOOST_ALIGN)
# io_uring and the like are not for us: epoll only, one reactor a thread.
