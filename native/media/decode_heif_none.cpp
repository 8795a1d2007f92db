// In the place of decode_heif.cpp where CMake found no libheif.
#include "core/io/file_kind.h"
#include "core/tensor/error.h"
#include "native/media/codecs.h"

namespace zf {

DecodedImage decode_heif(const EncodedPhoto& photo) {
  fail("{}: expected an image, found {}, and this build has no libheif", photo.name, file_kind(photo.bytes).words);
}

}  // namespace zf
