#pragma once

#include <imgui.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/figures/font.h"

namespace zf::viewer {

/// ImGui draws one code point at a time, from left to right, of those in its font atlas, which begins with what every text needs. This adds
/// what names need besides: more of Inter, and what Inter lacks as pictures that stand for code points of the private use area. It is the
/// ImGui context's user data, so that whoever draws text finds it.
class Spelling {
 public:
  struct Face {
    ImFont* font = nullptr;
    Weight weight = Weight::kRegular;
    float line = 0;  ///< pixels
  };

  /// The text as the atlas has it. What it lacks is there after the next build, and a blank stands for it until then. Spelling twice
  /// changes nothing.
  [[nodiscard]] std::string spell(const ImFont* font, std::string_view text);
  /// Whether text was drawn that the atlas lacks.
  [[nodiscard]] bool wants_build() const { return wants_build_; }

  /// Of Inter, for the atlas; they live until the next call.
  [[nodiscard]] const ImVector<ImWchar>& ranges();
  /// Takes room for the pictures in an atlas that is about to be built, for its faces.
  void reserve(ImFontAtlas& atlas, const std::vector<Face>& faces);
  /// Draws them into the room, once it is built.
  void draw(ImFontAtlas& atlas);

 private:
  struct Reserved {
    int rectangle = 0;
    std::vector<unsigned char> coverage;
  };

  void append(const ImFont* font, std::string_view text, std::string& result);
  [[nodiscard]] ImWchar picture_of(std::string_view text);

  std::map<std::string, ImWchar, std::less<>> pictures_;  ///< of stretches of text, in every face
  std::vector<Reserved> reserved_;
  ImFontGlyphRangesBuilder letters_;
  ImVector<ImWchar> ranges_;
  bool wants_build_ = false;
};

/// A text as `Spelling` has it, to give to ImGui.
[[nodiscard]] std::string spelled(const ImFont* font, std::string_view text);

}  // namespace zf::viewer
