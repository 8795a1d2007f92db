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
  target_compile_options(zf_options INTERFACE -Wno-null-dereference -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
endif()
if(ZF_SANITIZE)
  target_compile_options(zf_options INTERFACE -fsanitize=${ZF_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(zf_options INTERFACE -fsanitize=${ZF_SANITIZE})
endif()
if(EMSCRIPTEN)
  # For every target, GoogleTest's too. What is linked without -pthread has the same objects and no threads; it
  # must hold no thread_local variable (see web/jpeg.cpp).
  add_compile_options(-pthread -fexceptions -msimd128)
  add_link_options(-fexceptions -sALLOW_MEMORY_GROWTH=1)
endif()

# The libraries are taken as headers, so that every target (native, WASM, CUDA machines) takes the same path.
# ZF_DEPS_INCLUDE may name a folder that scripts/deps_include made; the web build makes one of links.
set(ZF_DEPS_INCLUDE "" CACHE PATH "Folder of the header-only libraries and GoogleTest; empty: the system's")
if(EMSCRIPTEN AND NOT ZF_DEPS_INCLUDE)
  set(ZF_DEPS_INCLUDE ${PROJECT_BINARY_DIR}/deps)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/deps_include ${ZF_DEPS_INCLUDE} COMMAND_ERROR_IS_FATAL ANY)
endif()
add_library(zf_deps STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cpp)
if(ZF_DEPS_INCLUDE)
  target_include_directories(zf_deps SYSTEM PUBLIC ${ZF_DEPS_INCLUDE})
else()
  target_include_directories(zf_deps SYSTEM PUBLIC /usr/include/eigen3)
endif()

# zf_unity(TARGET COUNT): so many files are compiled as one, since they are small and share large headers.
function(zf_unity target count)
  if(ZF_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${count})
  endif()
endfunction()

# zf_library(NAME [ALONE] [SMALL] SOURCES... LINKS targets...): a static library zf_NAME with the alias zf::NAME, compiled several files at
# once; with ALONE each for itself, as large ones are, and those with many constants of one name.
# With SMALL the page, which everyone downloads, has it small rather than fast.
function(zf_library name)
  cmake_parse_arguments(ARG "ALONE;SMALL" "" "SOURCES;LINKS" ${ARGN})
  add_library(zf_${name} STATIC ${ARG_SOURCES})
  add_library(zf::${name} ALIAS zf_${name})
  target_link_libraries(zf_${name} PUBLIC zf_options zf_deps ${ARG_LINKS})
  if(EMSCRIPTEN AND ARG_SMALL)
    target_compile_options(zf_${name} PRIVATE -Os)
  endif()
  if(NOT ARG_ALONE)
    zf_unity(zf_${name} 16)
  endif()
endfunction()

# zf_web_threads(TARGET POOL): the program has threads, at most POOL beside the main one. One more would wait for ever for a main thread
# that waits for it; the strict pool makes it an exception.
function(zf_web_threads target pool)
  target_link_options(${target} PRIVATE -pthread "-sPTHREAD_POOL_SIZE=${pool}" -sPTHREAD_POOL_SIZE_STRICT=2 -Wno-pthreads-mem-growth)
endfunction()

# zf_node_program(TARGET): a program that node runs, which sees the machine's files under their own names.
function(zf_node_program target)
  zf_web_threads(${target} 8)
  target_link_options(${target} PRIVATE -sNODERAWFS=1 -sENVIRONMENT=node,worker -sINITIAL_MEMORY=268435456 -sEXIT_RUNTIME=1)
endfunction()
