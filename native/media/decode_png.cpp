#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/tensor/error.h"
#include "native/media/codecs.h"
#include "native/media/photo_rows.h"

namespace zf {

namespace {

/// One reading by libpng, which jumps out of its functions where it fails.
class PngReader {
 public:
  explicit PngReader(const EncodedPhoto& photo) : photo_(photo) {
    png_ = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, this, [](png_structp png, png_const_charp words) { self(png_get_error_ptr(png)).stop(words); },
        [](png_structp, png_const_charp) {});
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) throw std::bad_alloc();
    png_set_read_fn(png_, this, [](png_structp png, png_bytep out, std::size_t size) { self(png_get_io_ptr(png)).give(out, size); });
  }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  DecodedImage read() {
    if (!guarded([this] { open(); })) refuse();
    const std::uint32_t width = png_get_image_width(png_, info_);
    const std::uint32_t height = png_get_image_height(png_, info_);
    check_photo_size(width, height, photo_.limits, photo_.name);
    channels_ = png_get_channels(png_, info_);
    row_bytes_ = png_get_rowbytes(png_, info_);
    passes_ = png_get_interlace_type(png_, info_) == PNG_INTERLACE_NONE ? 1 : PNG_INTERLACE_ADAM7_PASSES;
    pixels_.resize(row_bytes_ * (passes_ == 1 ? 1 : height));
    PhotoRows rows(static_cast<int>(width), static_cast<int>(height));
    rows_ = &rows;
    height_ = static_cast<int>(height);
    const bool whole = guarded([this] { read_rows(); });
    if (done_ == 0 || (!whole && !ended_)) refuse();
    DecodedImage photo = rows.take();
    if (!whole && done_ < height_) {
      photo.notes.push_back(ends_early_note(1 - static_cast<double>(done_) / height_));
    } else if (!whole) {
      photo.notes.emplace_back("the file lacks its end; the picture seems whole");
    }
    return photo;
  }

 private:
  static PngReader& self(void* pointer) { return *static_cast<PngReader*>(pointer); }

  /// Whether `work` came to its end. It must hold nothing that needs to be destroyed.
  template <typename Work>
  bool guarded(Work work) {
    if (setjmp(back_) != 0) return false;
    work();
    return true;
  }

  [[noreturn]] void stop(const char* words) {
    std::strncpy(words_, words, sizeof words_ - 1);
    std::longjmp(back_, 1);
  }

  void give(png_bytep out, std::size_t size) {
    ended_ = size > photo_.bytes.size() - at_;
    if (ended_) stop("ends early");
    std::memcpy(out, photo_.bytes.data() + at_, size);
    at_ += size;
  }

  void open() {
    constexpr png_uint_32 kMostSide = 0x7FFFFFFF;  // the limits are ours
    png_set_user_limits(png_, kMostSide, kMostSide);
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
    png_read_info(png_, info_);
    png_set_expand(png_);  // palettes, less than 8 bits, transparent colours
    if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
  }

  void read_rows() {
    for (int pass = 0; pass < passes_; ++pass) {
      for (int y = 0; y < height_; ++y) {
        const std::size_t at = passes_ == 1 ? 0 : row_bytes_ * static_cast<std::size_t>(y);
        png_read_row(png_, pixels_.data() + at, nullptr);
        if (pass == passes_ - 1) put(y, pixels_.data() + at);
      }
    }
    png_read_end(png_, nullptr);
  }

  void put(int y, const std::uint8_t* row) {
    if (png_get_bit_depth(png_, info_) == 16) {
      rows_->put(y, reinterpret_cast<const std::uint16_t*>(row), channels_);
    } else {
      rows_->put(y, row, channels_);
    }
    ++done_;
  }

  [[noreturn]] void refuse() const {
    if (ended_) fail("{}: expected a PNG, found one that is cut short before its picture begins", photo_.name);
    fail("{}: expected a PNG, found one that is damaged ({})", photo_.name, words_);
  }

  const EncodedPhoto& photo_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::jmp_buf back_{};
  char words_[128] = {};  ///< why libpng stopped
  std::size_t at_ = 0;    ///< of the bytes
  bool ended_ = false;
  std::vector<std::uint8_t> pixels_;  ///< a row; of an interlaced picture all of them
  std::size_t row_bytes_ = 0;
  PhotoRows* rows_ = nullptr;
  int channels_ = 0;
  int passes_ = 1;
  int height_ = 0;
  int done_ = 0;  ///< rows
};

}  // namespace

DecodedImage decode_png(const EncodedPhoto& photo) { return PngReader(photo).read(); }

}  // namespace zf
