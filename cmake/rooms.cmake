# What ./check builds of an instrumented configuration: the unit tests and corpus replays, or the fuzzers.
add_custom_target(checks)
add_custom_target(fuzzers)

# belfry_room(NAME [USES room...] [LINKS library...])
#
# A room is src/NAME: its sources become the library belfry_NAME, its *_test.cpp the program NAME_test (one CTest
# entry a test case), its *_fuzz.cpp a libFuzzer program each. app's main.cpp becomes the program `belfry`.
function(belfry_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LINKS" ${ARGN})
  set(room_dir ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${room_dir}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main|_main)\\.cpp$")

  if(sources)
    add_library(belfry_${name} STATIC ${sources})
    set(visibility PUBLIC)
  else()
    add_library(belfry_${name} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(belfry_${name} ${visibility} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ROOM_USES PREPEND belfry_)
  target_link_libraries(belfry_${name} ${visibility} ${ROOM_USES} ${ROOM_LINKS})

  if(BUILD_TESTING AND tests AND NOT BELFRY_FUZZ)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE belfry_${name} GTest::gmock GTest::gtest_main)
    add_dependencies(checks ${name}_test)
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()

  foreach(fuzzer ${fuzzers})
    get_filename_component(fuzz_name ${fuzzer} NAME_WE)
    belfry_fuzzer(${fuzz_name} ${fuzzer} belfry_${name})
  endforeach()
endfunction()

# belfry_fuzzer(NAME SOURCE LIBRARY)
#
# With BELFRY_FUZZ: a libFuzzer program that runs ten seconds over tests/corpus/NAME. Otherwise the same target function
# is driven once over each file of the corpus, so that every build (ASan above all) replays what the fuzzers found.
function(belfry_fuzzer name source library)
  set(corpus ${CMAKE_SOURCE_DIR}/tests/corpus/${name})
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${library})
  if(BELFRY_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
    add_test(NAME fuzz.${name} COMMAND ${CMAKE_SOURCE_DIR}/scripts/fuzz $<TARGET_FILE:${name}> ${corpus} 10)
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/replay_corpus.cpp)
    add_dependencies(checks ${name})
    add_test(NAME corpus.${name} COMMAND ${name} ${corpus})
    set_tests_properties(corpus.${name} PROPERTIES LABELS corpus TIMEOUT 120)
  endif()
endfunction()
