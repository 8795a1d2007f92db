# Toolchain of the preset `web`: Debian's Emscripten, its programs run under node.

set(ZF_EMSCRIPTEN_PLATFORM /usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)
if(NOT EXISTS ${ZF_EMSCRIPTEN_PLATFORM})
  message(FATAL_ERROR "web: expected Debian's package emscripten, found no ${ZF_EMSCRIPTEN_PLATFORM}")
endif()

# Emscripten 3.1.6 takes a built-in fetch for a browser's and then cannot load its own .wasm.
find_program(ZF_NODE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${ZF_NODE} --no-experimental-fetch)

include(${ZF_EMSCRIPTEN_PLATFORM})

# Its linker is a node program and finds acorn only there, which Debian does not tell it.
set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs")
