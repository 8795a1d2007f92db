#pragma once

#include "core/report/evolution_strip.h"
#include "core/viewer/atlas_reading.h"
#include "core/viewer/comparing.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

// Pictures that speak of models rather than of one photo, as PNG with their numbers as JSON beside them.

/// A map's strongest activations over a data set as in Fig. 2, with their places, photos and scales.
void save_strongest(const Ui& ui, const StrongestView& view);

/// All epochs of a run as in Fig. 4.
void save_evolution(const Ui& ui, const EvolutionStrip& strip);

/// First filters, second layers and spectra of two models as in Fig. 6, with all measures and their differences.
void save_comparison(const Ui& ui, const ComparisonView& view);

}  // namespace zf::viewer
