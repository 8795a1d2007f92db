#pragma once

#include "core/viewer/occluding.h"
#include "core/viewer/ranking.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

// Pictures as PNG with their numbers as JSON beside them, to where the host saves. What happened is told in a notice.

/// The whole story of the photo as one HTML page, once it is computed.
void save_page(const Ui& ui);
/// All maps of the chosen layer, by strength or by index, with every map's strongest activation and place.
void save_grid(const Ui& ui, bool by_strength);
/// The chosen unit's patch and projections, with its place, value and field; `cropped` to the field, or in the whole photo.
void save_unit(const Ui& ui, bool cropped);

/// The three maps of Fig. 7, place by place.
void save_occlusion(const Ui& ui, const OcclusionView& view);

/// A ranking as a plot, largest drop first.
void save_ranking(const Ui& ui, const RankingView& view);

}  // namespace zf::viewer
