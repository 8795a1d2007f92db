# Whether the Python module is built, and for which Python. Core's code is compiled so that it can lie in a shared library then.
option(ZF_PYTHON "Build the Python module" OFF)
if(ZF_PYTHON)
  # Debian's NumPy and pybind11 belong to its own Python; another one may come first on the PATH.
  if(NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
  endif()
  find_package(Python3 3.11 QUIET COMPONENTS Interpreter Development.Module)
  find_package(pybind11 2.10 QUIET)
  if(NOT Python3_FOUND OR NOT pybind11_FOUND)
    message(FATAL_ERROR "ZF_PYTHON: expected Python 3.11 or later and pybind11 (Debian's python3-dev and pybind11-dev), found too little; "
                        "scripts/setup demo installs them")
  endif()
  # Functions are inlined as in a program.
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-semantic-interposition>)
  message(STATUS "Python module: for ${Python3_EXECUTABLE}, ${Python3_VERSION}")
else()
  message(STATUS "Python module: left out; the presets dev and python build it")
endif()
