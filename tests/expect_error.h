#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/tensor/error.h"

namespace zf::testing {

/// The message of the Error that `call` throws; a failure where it throws none.
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "expected an Error, found none";
  return "";
}

/// Expects that `call` throws an Error that says each of `parts`.
template <typename Call>
void expect_error(Call call, std::initializer_list<std::string_view> parts) {
  const std::string message = error_of(call);
  for (const std::string_view part : parts) {
    EXPECT_NE(message.find(part), std::string::npos) << "\"" << message << "\" should say \"" << part << "\"";
  }
}

}  // namespace zf::testing
