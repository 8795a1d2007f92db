#pragma once

#include <string>

#include "core/report/artwork.h"
#include "core/report/html.h"
#include "core/report/story.h"

/// The parts of a photo's section. `id` is the photo's number on the page, from 1 on; anchors are made of it.
namespace zf::parts {

/// "photo-1": the picture that other parts of the section show again.
[[nodiscard]] std::string photo_id(int id);
[[nodiscard]] std::string layer_id(int id, const LayerStory& layer);

/// The photo beside the most probable classes, and what computed them.
void write_hero(Html& html, const Story& story, const Artwork& artwork, int id);
/// The network as a row of layers with their shapes.
void write_strip(Html& html, const Story& story, int id);
/// A layer's maps and, where it has units, these.
void write_layer(Html& html, const Story& story, const LayerStory& layer, const LayerArt& art, int id);
/// What covering parts of the photo and muting maps takes away.
void write_experiments(Html& html, const Story& story, const Artwork& artwork, int id);
/// The strongest units: where they look, projection beside patch, numbers.
void write_units(Html& html, const Story& story, const LayerStory& layer, const LayerArt& art, int id);

}  // namespace zf::parts
