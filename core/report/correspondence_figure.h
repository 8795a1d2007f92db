#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/correspondence.h"
#include "core/figures/picture.h"
#include "core/io/preprocess.h"
#include "core/report/output_file.h"

namespace zf {

/// A line of Table 1 as the paper has it, at layers 5 and 7.
struct PaperPart {
  std::string_view name;
  std::array<double, 2> mean{};
  std::array<double, 2> deviation{};
};

/// That of a part ("left_eye", "right_eye", "nose" or "random"); nothing of any other.
[[nodiscard]] std::optional<PaperPart> table1_of_the_paper(std::string_view part);

/// Fig. 8: every face as it is and with each mask of Table 1, the last two columns at the first of their random places. These
/// are photos: they are drawn only where somebody asks for them.
[[nodiscard]] Picture draw_masks(const CorrespondenceJob& job, const std::vector<PartResult>& results, const Preprocess& preprocess);

/// Table 1 as text, mean (deviation over the pairs) of either layer, the paper's beside ours where it has the part.
[[nodiscard]] std::string correspondence_table(const std::vector<PartResult>& results, const std::array<std::string, 2>& layers);

/// A line for every part, pair of faces and layer.
[[nodiscard]] std::string correspondence_csv(const CorrespondenceJob& job, const std::vector<PartResult>& results,
                                             const std::array<std::string, 2>& layers);

/// [{"part", "layers": [{"layer", "mean", "deviation", "low", "high", "minus_random", "paper"}]}]
[[nodiscard]] nlohmann::ordered_json correspondence_json(const std::vector<PartResult>& results, const std::array<std::string, 2>& layers);

/// correspondence.csv, table1.txt, and the numbers as correspondence.json.
[[nodiscard]] std::vector<OutputFile> correspondence_files(const CorrespondenceJob& job, const std::vector<PartResult>& results,
                                                           const std::array<std::string, 2>& layers, const nlohmann::ordered_json& json);

}  // namespace zf
