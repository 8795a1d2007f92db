#include "core/viewer/unit_pictures.h"

#include "core/figures/planes.h"

namespace zf::viewer {

namespace {

Picture patch_of(const Image& view, const PixelRect& part) {
  Picture patch = make_picture(part.w, part.h, {kMidGrey, kMidGrey, kMidGrey});
  const PixelRect inside = clip(part, {view.height, view.width});
  if (inside.h == 0 || inside.w == 0) return patch;
  blit(patch, crop(to_picture(view), {inside.x, inside.y, inside.w, inside.h}), inside.x - part.x, inside.y - part.y);
  return patch;
}

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
  pictures.all[0] = patch_of(photo.view, pictures.part);
  const Channels& channels = preprocess.order == "bgr" ? kBgr : kRgb;
  for (std::size_t rule = 0; rule < unit.projections.size(); ++rule) {
    if (!unit.projections[rule]) continue;
    const Tensor pixels = unit.projections[rule]->part(0, pictures.part);
    pictures.reach[rule + 1] = signed_scale(pixels.values());
    pictures.all[rule + 1] = signed_picture(pixels, 0, pictures.reach[rule + 1], channels);
  }
  return pictures;
}

}  // namespace zf::viewer
