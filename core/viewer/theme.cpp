#include "core/viewer/theme.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/figures/font.h"
#include "core/viewer/icon_font.h"
#include "core/viewer/icons.h"

namespace zf::viewer {

namespace {

constexpr ImU32 rgb(unsigned hex) { return IM_COL32((hex >> 16U) & 255U, (hex >> 8U) & 255U, hex & 255U, 255); }

constexpr Palette kDark{rgb(0x0d0f13), rgb(0x15181e), rgb(0x20252d), rgb(0x2b313b), rgb(0x282d36), rgb(0xe9ebef), rgb(0x9ba4b2),
                        rgb(0x5eead4), rgb(0x17332f), rgb(0x062a25), rgb(0xff8a80), rgb(0xffb454), rgb(0x5eead4)};
constexpr Palette kLight{rgb(0xe7eaee), rgb(0xffffff), rgb(0xeff1f4), rgb(0xe0e4e9), rgb(0xdde1e6), rgb(0x1b1e24), rgb(0x59616e),
                         rgb(0x0b7f74), rgb(0xd8f0ec), rgb(0xffffff), rgb(0xb3261e), rgb(0xb45309), rgb(0x5eead4)};

void* bytes_of(std::span<const std::byte> file) { return const_cast<std::byte*>(file.data()); }

/// Of the icons that are in use: a font has hundreds, and drawing them all takes longer than anything else in the first frame.
ImVector<ImWchar> icon_ranges() {
  ImFontGlyphRangesBuilder builder;
  for (const char* icon : icon::kAll) builder.AddText(icon);
  ImVector<ImWchar> ranges;
  builder.BuildRanges(&ranges);
  return ranges;
}

/// Ranges must live until the atlas is built.
ImFont* add_font(const Spelling::Face& face, const ImVector<ImWchar>& letters, const ImVector<ImWchar>& icons) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = false;
  const auto text = font_file(face.weight);
  ImFont* font = atlas.AddFontFromMemoryTTF(bytes_of(text), static_cast<int>(text.size()), face.line, &config, letters.Data);
  const auto icon_file = icon_font_file();
  ImFontConfig merged;
  merged.FontDataOwnedByAtlas = false;
  merged.MergeMode = true;
  merged.PixelSnapH = true;
  merged.GlyphMinAdvanceX = std::round(face.line * 1.1F);
  merged.GlyphOffset.y = std::round(face.line * 0.02F);
  atlas.AddFontFromMemoryTTF(bytes_of(icon_file), static_cast<int>(icon_file.size()), std::round(face.line * 0.9F), &merged, icons.Data);
  return font;
}

ImVec4 vec(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

float Theme::px(float design) const { return std::round(design * scale_); }

void Theme::apply(Host& host, bool dark, float scale) {
  palette_ = dark ? kDark : kLight;
  const float held = std::clamp(scale, kLeastScale, kMostScale);
  if (held != scale_ || spelling_.wants_build()) {
    scale_ = held;
    build_fonts(host);
  }
  style();
}

void Theme::build_fonts(Host& host) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  ImGui::GetIO().UserData = &spelling_;
  // ImGui sizes fonts by their line, about 1.2 em.
  std::vector<Spelling::Face> faces{{nullptr, Weight::kRegular, px(18)},
                                    {nullptr, Weight::kRegular, px(15.5F)},
                                    {nullptr, Weight::kSemiBold, px(18)},
                                    {nullptr, Weight::kSemiBold, px(23)}};
  const ImVector<ImWchar> icons = icon_ranges();
  const ImVector<ImWchar>& letters = spelling_.ranges();
  for (Spelling::Face& face : faces) face.font = add_font(face, letters, icons);
  fonts_ = {faces[0].font, faces[1].font, faces[2].font, faces[3].font};
  spelling_.reserve(atlas, faces);
  atlas.Build();
  spelling_.draw(atlas);
  host.upload_fonts();
}

void Theme::style() const {
  ImGuiStyle style;
  style.WindowPadding = {space(4), space(4)};
  style.FramePadding = {space(3), px(7)};
  style.ItemSpacing = {space(2), space(2)};
  style.ItemInnerSpacing = {space(2), space(2)};
  style.ScrollbarSize = px(10);
  style.GrabMinSize = px(12);
  style.WindowRounding = style.ChildRounding = style.PopupRounding = px(10);
  style.FrameRounding = style.GrabRounding = px(6);
  style.ScrollbarRounding = px(5);
  style.WindowBorderSize = style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.AntiAliasedLinesUseTex = false;
  auto& colours = style.Colors;
  const auto set = [&](ImGuiCol which, ImU32 colour) { colours[which] = vec(colour); };
  set(ImGuiCol_Text, palette_.ink);
  set(ImGuiCol_TextDisabled, palette_.soft);
  set(ImGuiCol_WindowBg, palette_.ground);
  set(ImGuiCol_ChildBg, palette_.panel);
  set(ImGuiCol_PopupBg, palette_.panel);
  set(ImGuiCol_Border, palette_.line);
  set(ImGuiCol_FrameBg, palette_.raised);
  set(ImGuiCol_FrameBgHovered, palette_.hovered);
  set(ImGuiCol_FrameBgActive, palette_.hovered);
  set(ImGuiCol_Button, palette_.raised);
  set(ImGuiCol_ButtonHovered, palette_.hovered);
  set(ImGuiCol_ButtonActive, palette_.line);
  set(ImGuiCol_Header, palette_.raised);
  set(ImGuiCol_HeaderHovered, palette_.hovered);
  set(ImGuiCol_HeaderActive, palette_.hovered);
  set(ImGuiCol_CheckMark, palette_.accent);
  set(ImGuiCol_SliderGrab, palette_.accent);
  set(ImGuiCol_SliderGrabActive, palette_.accent);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, palette_.hovered);
  set(ImGuiCol_ScrollbarGrabHovered, palette_.soft);
  set(ImGuiCol_ScrollbarGrabActive, palette_.soft);
  set(ImGuiCol_NavHighlight, palette_.accent);
  set(ImGuiCol_TextSelectedBg, palette_.tint);
  set(ImGuiCol_ModalWindowDimBg, IM_COL32(0, 0, 0, 150));
  ImGui::GetStyle() = style;
}

}  // namespace zf::viewer
