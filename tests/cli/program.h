#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/io/atomic_file.h"
#include "core/io/csv.h"
#include "core/tensor/npy.h"
#include "tests/io/testing.h"

namespace zf::testing {

/// What a run of the program left.
struct Outcome {
  int status = 0;  ///< exit code
  std::string out;
  std::string err;
};

/// Runs `zfscope ARGUMENTS`, the arguments as a shell reads them, in the folder `in`; `before` stands before the program, such as
/// "env -u DISPLAY".
[[nodiscard]] Outcome zfscope(const std::string& arguments, const std::filesystem::path& in, const std::string& before = "");
/// The same, killed without warning after some seconds.
[[nodiscard]] Outcome zfscope_killed(const std::string& arguments, const std::filesystem::path& in, double seconds);

/// Writes a picture of coloured stripes; `seed` changes their colours and width.
void write_photo(const std::filesystem::path& file, int width, int height, int seed);

/// A test that runs the program in a folder of its own.
class CommandTest : public TemporaryFolder {
 protected:
  [[nodiscard]] Outcome run(const std::string& arguments) const { return zfscope(arguments, path("")); }
  /// What the program prints with --json; it must succeed.
  [[nodiscard]] nlohmann::json result(const std::string& arguments) const;
  [[nodiscard]] Tensor npy(const std::string& name) const { return decode_npy(read_file(path(name)), name); }
  [[nodiscard]] CsvTable csv(const std::string& name) const { return CsvTable::parse(text_of(read_file(path(name))), name); }

  void expect_failure(const std::string& arguments, const std::string& said, int status = 1) const;
};

}  // namespace zf::testing
