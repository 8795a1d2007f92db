#pragma once

#include "core/backend/backend.h"

namespace zf {

/// x (N, C, H, W) -> y of the same shape, whose maps are those of x in `groups` rows read column by column. Undone by C / groups groups.
void permute_maps(Backend& backend, const DeviceTensor& x, int groups, DeviceTensor& y);

}  // namespace zf
