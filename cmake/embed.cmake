# belfry_embed(TARGET SYMBOL FILE)
#
# Puts the bytes of FILE into TARGET at build time: #include <embedded/SYMBOL.hpp> declares
# std::string_view belfry::embedded::SYMBOL(). The program then needs no files beside it.
#
# The same file, run as a script, writes the two sources: cmake -DSYMBOL= -DFILE= -DFOLDER= -P embed.cmake.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${FILE} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes
         "${bytes}")
  file(WRITE ${FOLDER}/${SYMBOL}.hpp "#pragma once

#include <string_view>

namespace belfry::embedded {
std::string_view ${SYMBOL}();
}
")
  # The last byte is a NUL of ours, so that an empty file is an array too.
  file(WRITE ${FOLDER}/${SYMBOL}.cpp "#include <embedded/${SYMBOL}.hpp>

namespace {
constexpr unsigned char kBytes[] = {
${bytes}0x00};
}

namespace belfry::embedded {
std::string_view ${SYMBOL}() {
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes - 1};
}
}
")
  return()
endif()

set(BELFRY_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(belfry_embed target symbol file)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/generated/${target}/embedded)
  add_custom_command(
    OUTPUT ${folder}/${symbol}.hpp ${folder}/${symbol}.cpp
    COMMAND ${CMAKE_COMMAND} -DSYMBOL=${symbol} -DFILE=${file} -DFOLDER=${folder} -P ${BELFRY_EMBED_SCRIPT}
    DEPENDS ${file} ${BELFRY_EMBED_SCRIPT}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${folder}/${symbol}.hpp ${folder}/${symbol}.cpp)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/${target})
endfunction()
