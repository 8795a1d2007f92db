#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/occlusion.h"
#include "native/cli/photo_choice.h"
#include "native/cli/session.h"
#include "native/cli/sharding.h"

namespace zf::cli {

/// Occludes many photos and says with numbers whether covering what a map's projection shows is what takes its activation and
/// the class's probability away (Fig. 7). A photo's class is its label, else the most probable one. Writes agreement.csv and
/// agreement.json into `out` where that is not empty; prints the claims, as JSON where the options ask for it. Throws where
/// fewer than two photos can be read.
void report_occlusion_claims(const Session& session, const Options& options, const OcclusionOptions& occlusion, ChosenPhotos& chosen,
                             const std::string& out);

/// The shard's photos of these: what each says goes into its part in `out`.
void occlude_shard(const Session& session, const Options& options, const OcclusionOptions& occlusion, const PhotoSpread& photos,
                   const std::string& out, const Shard& shard);

/// Writes and prints what report_occlusion_claims() would have of all shards' photos.
void merge_occlude(const std::vector<std::filesystem::path>& parts, const std::string& out, bool as_json);

}  // namespace zf::cli
