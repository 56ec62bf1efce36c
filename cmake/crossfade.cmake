# Compiler settings, libraries, and the two ways in which a target is made: crossfade_room and crossfade_test.
include_guard()

option(CROSSFADE_TESTS "Build the tests" ON)
option(CROSSFADE_BENCH "Build the benchmarks" OFF)
option(CROSSFADE_FUZZ "Build the fuzz targets for libFuzzer (clang)" OFF)
set(CROSSFADE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them; empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # A clone elsewhere finds the objects of this one: paths below the source tree are made relative.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  ${CCACHE_PROGRAM})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
# Debian's package says that its version is 0.0.0: the library's own name has the one that counts, of what is linked.
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
find_library(RE2_LIBRARY re2 HINTS ${RE2_LIBRARY_DIRS} REQUIRED)
file(REAL_PATH ${RE2_LIBRARY} RE2_FILE)
string(REGEX MATCH "[0-9][0-9.]*$" RE2_LIBRARY_VERSION ${RE2_FILE})
# Headers only, of which the package states nothing.
find_path(HNSWLIB_INCLUDE_DIR hnswlib/hnswlib.h REQUIRED)
# httplib is a header and a library here: both sides must see the same macros, which the package states.
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)

add_library(crossfade_options INTERFACE)
# -Wno-restrict: g++ 12 warns of every "text" + std::string at -O2 (GCC bug 105651).
# -Wno-deprecated-declarations: clang sees libstdc++'s own use of std::get_temporary_buffer in stable_sort.
target_compile_options(crossfade_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                       $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
# A unity build has several sources in one: what they keep to themselves is seen from headers there; and where so much is
# inlined, g++ 12 takes an optional that holds nothing for one that is read (GCC bug 80635).
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(crossfade_options INTERFACE -Wno-subobject-linkage $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
endif()
if(CROSSFADE_SANITIZE)
  target_compile_options(crossfade_options INTERFACE -fsanitize=${CROSSFADE_SANITIZE} -fno-sanitize-recover=all
                                                     -fno-omit-frame-pointer)
  target_link_options(crossfade_options INTERFACE -fsanitize=${CROSSFADE_SANITIZE})
  # Between their checks g++ 12 takes members of variants and optionals for ones that are read before they are set (GCC bugs
  # 80635, 105562). The release build warns of them.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(crossfade_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# crossfade_room(name SOURCES file... [DEPS target...] [PRIVATE_DEPS target...])
# One static library a room, crossfade_<name>; a room without sources is an interface library.
# Includes are written from the root of the tree; which room may include which is a test (tests/architecture).
function(crossfade_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  set(target crossfade_${name})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE crossfade_options ${ARG_PRIVATE_DEPS})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# crossfade_test(name [SLOW] SOURCES file... DEPS target...)
# One Catch2 program a room, build/<preset>/tests/<name>_tests; every TEST_CASE becomes one ctest test "<name>: <case>".
# The label is unit, of slow ones unit-slow: one word, as a list does not get through catch_discover_tests.
function(crossfade_test name)
  cmake_parse_arguments(ARG "SLOW" "" "SOURCES;DEPS" ${ARGN})
  set(target ${name}_tests)
  add_executable(${target} ${ARG_SOURCES})
  # Never a unity: the files of a test program each have helpers of the same names.
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests UNITY_BUILD OFF)
  target_link_libraries(${target} PRIVATE crossfade_options crossfade_catch_main ${ARG_DEPS} ZLIB::ZLIB)
  # A test's own code takes longer to compile than to run.
  if(CROSSFADE_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  else()
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  set(properties LABELS unit TIMEOUT 300)
  if(ARG_SLOW)
    set(properties LABELS unit-slow TIMEOUT 900)
  elseif(CROSSFADE_SANITIZE)
    set(properties LABELS unit TIMEOUT 900)
  endif()
  catch_discover_tests(${target} TEST_PREFIX "${name}: " PROPERTIES ${properties})
endfunction()
