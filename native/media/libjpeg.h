#pragma once

// libjpeg's headers, which do not include what they need.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on
