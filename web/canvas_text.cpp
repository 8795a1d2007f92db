#include "web/canvas_text.h"

#include <emscripten.h>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>

#include "core/figures/fallback_text.h"

namespace zf::web {

namespace {

// A canvas of each thread's own; browsers that have none for threads draw a box for each letter.
// clang-format off
/// Gives x, y, width and height of the text's ink from the pen, and its advance in 64ths of a pixel; false where it cannot.
EM_JS(int, canvas_measure, (const char* font, const char* text, int* box), {
  if (typeof OffscreenCanvas === "undefined") return 0;
  globalThis.zfText = globalThis.zfText || new OffscreenCanvas(1, 1).getContext("2d");
  const context = globalThis.zfText;
  if (!context) return 0;
  context.font = UTF8ToString(font);
  const size = context.measureText(UTF8ToString(text));
  const x = Math.floor(-size.actualBoundingBoxLeft) - 1;
  const y = Math.floor(-size.actualBoundingBoxAscent) - 1;
  const width = Math.ceil(size.actualBoundingBoxRight) + 1 - x;
  const height = Math.ceil(size.actualBoundingBoxDescent) + 1 - y;
  HEAP32.set([x, y, width, height, Math.round(size.width * 64)], box >> 2);
  return 1;
})
/// How much of each pixel the text covers that was measured last, into width x height bytes.
EM_JS(void, canvas_draw, (const char* font, const char* text, const int* box, void* coverage), {
  const [x, y, width, height] = HEAP32.subarray(box >> 2, (box >> 2) + 4);
  const context = globalThis.zfText;
  context.canvas.width = width;
  context.canvas.height = height;
  context.font = UTF8ToString(font);
  context.fillText(UTF8ToString(text), -x, -y);
  const pixels = context.getImageData(0, 0, width, height).data;
  for (let i = 0; i < width * height; ++i) HEAPU8[coverage + i] = pixels[4 * i + 3];
})
// clang-format on

class CanvasText : public FallbackText {
 public:
  [[nodiscard]] DrawnText draw(std::string_view text, Weight weight, int size) const override {
    const std::string font = fmt::format("{} {}px Inter, system-ui, sans-serif", weight == Weight::kRegular ? 400 : 600, size);
    const std::string words(text);
    std::array<int, 5> box{};
    if (canvas_measure(font.c_str(), words.c_str(), box.data()) == 0) return {};
    constexpr float kUnits = 64;
    DrawnText drawn{{box[0], box[1], box[2], box[3], {}}, static_cast<float>(box[4]) / kUnits};
    drawn.bitmap.coverage.resize(static_cast<std::size_t>(box[2]) * static_cast<std::size_t>(box[3]));
    canvas_draw(font.c_str(), words.c_str(), box.data(), drawn.bitmap.coverage.data());
    return drawn;
  }
};

}  // namespace

void use_browser_fonts() {
  static const CanvasText canvas;
  set_fallback_text(&canvas);
}

}  // namespace zf::web
