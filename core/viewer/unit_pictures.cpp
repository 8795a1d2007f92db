#include "core/viewer/unit_pictures.h"

#include "core/figures/planes.h"
#include "core/io/resample.h"
#include "core/report/scaled.h"

namespace zf::viewer {

namespace {

/// The field where the photo has room for one along an axis, else all of the photo.
PixelRect shown_part(const PixelRect& field, const Image& view, bool crop) {
  if (!crop) return {0, 0, view.height, view.width};
  PixelRect part = field;
  if (field.h >= view.height) part = {0, part.x, view.height, part.w};
  if (field.w >= view.width) part = {part.y, 0, part.h, view.width};
  return part;
}

}  // namespace

UnitPictures picture_unit(const UnitView& unit, const PhotoView& photo, const Preprocess& preprocess, bool crop) {
  UnitPictures pictures;
  pictures.part = shown_part(unit.field, photo.view, crop);
  pictures.all[0] = to_picture(padded_crop(photo.view, pictures.part));
  const Channels& channels = channels_of(preprocess.order);
  for (std::size_t rule = 0; rule < unit.projections.size(); ++rule) {
    if (!unit.projections[rule]) continue;
    const Tensor pixels = unit.projections[rule]->part(0, pictures.part);
    pictures.reach[rule + 1] = signed_scale(pixels.values());
    pictures.all[rule + 1] = signed_picture(pixels, 0, pictures.reach[rule + 1], channels);
  }
  return pictures;
}

}  // namespace zf::viewer
