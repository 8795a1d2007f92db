#include "native/text/system_fonts.h"

namespace zf {

void use_system_fonts() {}

}  // namespace zf
