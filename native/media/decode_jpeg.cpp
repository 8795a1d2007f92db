#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/tensor/error.h"
#include "native/media/codecs.h"
#include "native/media/libjpeg.h"
#include "native/media/photo_rows.h"

namespace zf {

namespace {

/// One decompression by libjpeg, which jumps out of its functions where it fails and goes on where a viewer would.
class JpegReader {
 public:
  explicit JpegReader(const EncodedPhoto& photo) : photo_(photo) {
    info_.err = jpeg_std_error(&errors_);
    info_.client_data = this;
    errors_.error_exit = [](j_common_ptr info) { std::longjmp(self(info).back_, 1); };
    errors_.emit_message = [](j_common_ptr info, int level) {
      if (level < 0) self(info).warn();
    };
    errors_.output_message = [](j_common_ptr) {};
  }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&info_); }

  DecodedImage read() {
    if (!guarded([this] { open(); })) refuse();
    check_photo_shape(info_.image_width, info_.image_height, photo_.name);
    choose_size();
    DecodedImage decoded(Image{static_cast<int>(info_.output_width), static_cast<int>(info_.output_height),
                               std::vector<std::uint8_t>(std::size_t{3} * info_.output_width * info_.output_height, kMidGrey)});
    decoded.shrunk = static_cast<int>(info_.scale_denom);
    image_ = &decoded.image;
    whole_ = guarded([this] { read_rows(); });
    if (is_nothing_there()) refuse();
    add_notes(decoded);
    return decoded;
  }

 private:
  static JpegReader& self(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }

  /// Whether `work` came to its end. It must hold nothing that needs to be destroyed.
  template <typename Work>
  bool guarded(Work work) {
    if (setjmp(back_) != 0) return false;
    work();
    return true;
  }

  void open() {
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(photo_.bytes.data()), static_cast<unsigned long>(photo_.bytes.size()));
    jpeg_read_header(&info_, TRUE);
    const bool inks = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    info_.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  }

  /// The largest of whole, half, quarter and eighth that keeps to the limit.
  void choose_size() {
    constexpr unsigned kMost = 8;
    info_.scale_num = 1;
    for (info_.scale_denom = 1;; info_.scale_denom *= 2) {
      const std::int64_t width = (info_.image_width + info_.scale_denom - 1) / info_.scale_denom;
      const std::int64_t height = (info_.image_height + info_.scale_denom - 1) / info_.scale_denom;
      if (width <= photo_.limits.pixels / height) break;
      if (info_.scale_denom == kMost) check_photo_size(info_.image_width, info_.image_height, photo_.limits, photo_.name);
    }
    if (!guarded([this] { jpeg_calc_output_dimensions(&info_); })) refuse();
    if (info_.out_color_space == JCS_CMYK) inks_.resize(std::size_t{4} * info_.output_width);
  }

  void read_rows() {
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      std::uint8_t* const row = image_->row(static_cast<int>(info_.output_scanline));
      JSAMPROW target = inks_.empty() ? row : inks_.data();
      jpeg_read_scanlines(&info_, &target, 1);
      if (!inks_.empty()) mix(row);
    }
    jpeg_finish_decompress(&info_);
  }

  /// Programs of Adobe, which say so, store how much light the inks let through.
  void mix(std::uint8_t* rgb) const {
    const int flip = info_.saw_Adobe_marker != FALSE ? 0 : 255;
    for (std::size_t x = 0; x < info_.output_width; ++x) {
      const std::uint8_t* const ink = inks_.data() + 4 * x;
      for (std::size_t c = 0; c < 3; ++c) rgb[3 * x + c] = static_cast<std::uint8_t>(((ink[c] ^ flip) * (ink[3] ^ flip) + 127) / 255);
    }
  }

  void warn() {
    constexpr int kFewBytes = 64;
    switch (errors_.msg_code) {
      case JWRN_JPEG_EOF:
        ended_ = true;
        break;
      case JWRN_JFIF_MAJOR:  // what cameras write that no viewer minds
      case JWRN_ADOBE_XFORM:
        break;
      case JWRN_EXTRANEOUS_DATA:
        if (errors_.msg_parm.i[0] > kFewBytes) note_damage();
        break;
      default:
        note_damage();
    }
  }

  /// Keeps where the first damage is. Decoders of several scans read all of them before the first row comes.
  void note_damage() {
    if (damage_) return;
    const bool scans = jpeg_has_multiple_scans(&info_) != FALSE;
    const bool later_scan = scans && info_.input_scan_number > 1;
    const double rows = scans ? static_cast<double>(info_.input_iMCU_row) / std::max(1U, info_.total_iMCU_rows)
                              : static_cast<double>(info_.output_scanline) / std::max(1U, info_.output_height);
    damage_ = Damage{later_scan, rows};
  }

  [[nodiscard]] bool is_nothing_there() const {
    if (!whole_ && info_.output_scanline == 0) return true;
    return ended_ && damage_ && !damage_->in_later_scan && damage_->at <= 0;
  }

  void add_notes(DecodedImage& decoded) {
    if (!whole_) note_damage();
    if (decoded.shrunk > 1) {
      decoded.notes.push_back(fmt::format("a photo of {}x{} pixels, read at {}x{}", info_.image_width, info_.image_height,
                                          info_.output_width, info_.output_height));
    }
    if (damage_ && damage_->in_later_scan) {
      decoded.notes.emplace_back(ended_ ? "the file ends early: details of the picture are missing"
                                        : "the file is damaged: details of the picture may be wrong");
    } else if (damage_) {
      decoded.notes.push_back(ended_ ? ends_early_note(1 - damage_->at) : kDamagedNote);
    } else if (ended_) {
      decoded.notes.emplace_back("the file lacks its end marker; the picture seems whole");
    }
  }

  [[noreturn]] void refuse() {
    if (ended_) fail("{}: expected a JPEG, found one that is cut short before its picture begins", photo_.name);
    std::array<char, JMSG_LENGTH_MAX> words{};
    errors_.format_message(reinterpret_cast<j_common_ptr>(&info_), words.data());
    fail("{}: expected a JPEG, found one that cannot be decoded ({})", photo_.name, words.data());
  }

  struct Damage {
    bool in_later_scan;
    double at;  ///< share of the rows before it
  };

  const EncodedPhoto& photo_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf back_{};
  Image* image_ = nullptr;
  std::vector<std::uint8_t> inks_;  ///< a row of CMYK
  bool whole_ = false;              ///< libjpeg came to its end
  bool ended_ = false;              ///< the bytes came to theirs before
  std::optional<Damage> damage_;
};

}  // namespace

DecodedImage decode_jpeg(const EncodedPhoto& photo) { return JpegReader(photo).read(); }

}  // namespace zf
