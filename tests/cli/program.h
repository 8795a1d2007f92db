#pragma once

#include <filesystem>
#include <string>

namespace zf::testing {

/// What a run of the program left.
struct Outcome {
  int status = 0;  ///< exit code
  std::string out;
  std::string err;
};

/// Runs `zfscope ARGUMENTS`, the arguments as a shell reads them, in the folder `in`.
[[nodiscard]] Outcome zfscope(const std::string& arguments, const std::filesystem::path& in);
/// The same, killed without warning after some seconds.
[[nodiscard]] Outcome zfscope_killed(const std::string& arguments, const std::filesystem::path& in, double seconds);

/// Writes a picture of coloured stripes; `seed` changes their colours and width.
void write_photo(const std::filesystem::path& file, int width, int height, int seed);

}  // namespace zf::testing
