# Run at build time: cmake -DFONT=FILE -DOUTPUT=icon_font.cpp -P icon_font.cmake writes the font's bytes as C++.
file(READ "${FONT}" bytes HEX)
string(REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include \"core/viewer/icon_font.h\"

namespace zf::viewer {

namespace {

constexpr unsigned char kIcons[] = {
${bytes}};

}  // namespace

std::span<const std::byte> icon_font_file() { return std::as_bytes(std::span(kIcons)); }

}  // namespace zf::viewer
")
