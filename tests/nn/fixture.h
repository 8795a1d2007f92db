#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/nn/net.h"

namespace zf::testing {

/// Values by name of tests/fixtures/nn/NAME.safetensors, which make_fixtures.py wrote: float32 only, trusted.
using Fixture = std::map<std::string, std::vector<float>>;
[[nodiscard]] Fixture read_fixture(const std::string& name);

/// The networks of make_fixtures.py.
[[nodiscard]] Network small_zfnet();
[[nodiscard]] Network small_mixed();
[[nodiscard]] Network small_graph();

/// A fixture's weights and biases in the shapes that the network expects.
[[nodiscard]] Parameters fixture_parameters(const Fixture& fixture, const Network& network);

}  // namespace zf::testing
