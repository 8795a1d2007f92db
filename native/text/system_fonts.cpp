#include "native/text/system_fonts.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/figures/fallback_text.h"

namespace zf {

namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

template <typename T>
using Owned = std::unique_ptr<T, Unref>;

struct Free {
  void operator()(cairo_t* drawing) const { cairo_destroy(drawing); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};

/// Pango finds a font for each character by fontconfig, and shapes and orders them. Its objects are for one thread at a time.
class PangoText : public FallbackText {
 public:
  [[nodiscard]] DrawnText draw(std::string_view text, Weight weight, int size) const override {
    const std::lock_guard lock(mutex_);
    if (context_ == nullptr) start();
    const Owned<PangoLayout> layout(pango_layout_new(context_.get()));
    const std::unique_ptr<PangoFontDescription, Free> font(pango_font_description_from_string("Inter, sans-serif"));
    pango_font_description_set_absolute_size(font.get(), static_cast<double>(size) * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), weight == Weight::kRegular ? PANGO_WEIGHT_NORMAL : PANGO_WEIGHT_SEMIBOLD);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    return draw(*layout);
  }

 private:
  void start() const {
    fonts_.reset(pango_cairo_font_map_new());
    context_.reset(pango_font_map_create_context(fonts_.get()));
    const std::unique_ptr<cairo_font_options_t, Free> options(cairo_font_options_create());
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context_.get(), options.get());
  }

  static DrawnText draw(PangoLayout& layout) {
    PangoRectangle ink;
    PangoRectangle logical;
    pango_layout_get_pixel_extents(&layout, &ink, &logical);
    const int baseline = PANGO_PIXELS(pango_layout_get_baseline(&layout));
    DrawnText drawn{{ink.x, ink.y - baseline, std::max(ink.width, 0), std::max(ink.height, 0), {}}, static_cast<float>(logical.width)};
    GlyphBitmap& bitmap = drawn.bitmap;
    const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_A8, bitmap.width);
    std::vector<unsigned char> pixels(static_cast<std::size_t>(stride) * static_cast<std::size_t>(bitmap.height));
    if (pixels.empty()) return drawn;
    const std::unique_ptr<cairo_surface_t, Free> surface(
        cairo_image_surface_create_for_data(pixels.data(), CAIRO_FORMAT_A8, bitmap.width, bitmap.height, stride));
    const std::unique_ptr<cairo_t, Free> drawing(cairo_create(surface.get()));
    cairo_move_to(drawing.get(), -ink.x, -ink.y);
    pango_cairo_show_layout(drawing.get(), &layout);
    cairo_surface_flush(surface.get());
    for (int y = 0; y < bitmap.height; ++y) {
      const auto row = pixels.begin() + static_cast<std::ptrdiff_t>(y) * stride;
      bitmap.coverage.insert(bitmap.coverage.end(), row, row + bitmap.width);
    }
    return drawn;
  }

  mutable std::mutex mutex_;
  mutable Owned<PangoFontMap> fonts_;
  mutable Owned<PangoContext> context_;
};

}  // namespace

void use_system_fonts() {
  static const PangoText pango;
  set_fallback_text(&pango);
}

}  // namespace zf
