# Run at build time: cmake -DSHADERS="FILE;FILE" -DOUTPUT=shader_files.cpp -P shaders.cmake writes the shaders' text as C++.
set(text "#include \"native/opengl/kernels.h\"\n\nnamespace zf::opengl {\n\nstd::string_view shader_file(std::string_view name) {\n")
foreach(file ${SHADERS})
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" source)
  string(APPEND text "  if (name == \"${name}\") {\n    return R\"glsl(${source})glsl\";\n  }\n")
endforeach()
string(APPEND text "  return {};\n}\n\n}  // namespace zf::opengl\n")
file(WRITE "${OUTPUT}" "${text}")
