# Run at build time: cmake -DNAMES=imagenet_classes.txt -DOUTPUT=imagenet_classes.cpp -P imagenet_classes.cmake writes the names as C++.
file(STRINGS "${NAMES}" lines ENCODING UTF-8)
list(LENGTH lines count)
if(NOT count EQUAL 1000)
  message(FATAL_ERROR "${NAMES}: expected 1000 names, found ${count}")
endif()
set(text "")
foreach(line IN LISTS lines)
  string(REPLACE "\"" "\\\"" line "${line}")
  string(APPEND text "    \"${line}\",\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"core/exchange/class_names.h\"\n\nnamespace zf {\n\nnamespace {\n
constexpr std::string_view kNames[] = {\n${text}};\n
}  // namespace\n\nstd::span<const std::string_view> imagenet_classes() { return kNames; }\n\n}  // namespace zf\n")
