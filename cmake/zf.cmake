# Compile options, third-party libraries and the functions that declare our targets.

find_package(Threads REQUIRED)

add_library(zf_options INTERFACE)
target_include_directories(zf_options INTERFACE ${PROJECT_SOURCE_DIR})
target_link_libraries(zf_options INTERFACE Threads::Threads)
target_compile_options(zf_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wnull-dereference)
if(ZF_WERROR)
  target_compile_options(zf_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports impossible null dereferences and overflows inside inlined standard containers.
  target_compile_options(zf_options INTERFACE -Wno-null-dereference -Wno-array-bounds -Wno-stringop-overflow)
endif()
if(ZF_SANITIZE)
  target_compile_options(zf_options INTERFACE -fsanitize=${ZF_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(zf_options INTERFACE -fsanitize=${ZF_SANITIZE})
endif()
if(EMSCRIPTEN)
  target_compile_options(zf_options INTERFACE -pthread -fexceptions -msimd128)
  target_link_options(zf_options INTERFACE -pthread -fexceptions -sPTHREAD_POOL_SIZE=4 -sINITIAL_MEMORY=268435456
    -sALLOW_MEMORY_GROWTH=1 -sEXIT_RUNTIME=1 -Wno-pthreads-mem-growth)
endif()

# Header-only use of the libraries, so that every target (native, WASM, CUDA machines) takes the same path.
# ZF_DEPS_INCLUDE may name a folder that holds their headers; the web build makes one of links into the system's.
add_library(zf_deps INTERFACE)
target_compile_definitions(zf_deps INTERFACE FMT_HEADER_ONLY)
if(ZF_DEPS_INCLUDE)
  target_include_directories(zf_deps SYSTEM INTERFACE ${ZF_DEPS_INCLUDE})
else()
  target_include_directories(zf_deps SYSTEM INTERFACE /usr/include/eigen3)
endif()

# zf_library(NAME SOURCES... LINKS targets...): a static library zf_NAME with the alias zf::NAME.
function(zf_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(zf_${name} STATIC ${ARG_SOURCES})
  add_library(zf::${name} ALIAS zf_${name})
  target_link_libraries(zf_${name} PUBLIC zf_options zf_deps ${ARG_LINKS})
endfunction()
