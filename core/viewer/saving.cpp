#include "core/viewer/saving.h"

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <span>

#include "core/io/atomic_file.h"
#include "core/report/png.h"

namespace zf::viewer {

namespace {

std::string write_text(const Ui& ui, const std::string& name, const std::string& text) {
  return ui.host.save_file(name, std::as_bytes(std::span(text.data(), text.size())));
}

void tell_saved(const Ui& ui, const std::function<Notice()>& save) {
  try {
    ui.session.tell(save());
  } catch (const std::exception& error) {  // file systems have errors of their own, such as names that are too long
    ui.session.tell({error.what(), "Choose another folder, or make room.", true});
  }
}

}  // namespace

void save_picture(const Ui& ui, const std::string& name, const Picture& picture, const std::string& numbers_name,
                  const std::string& numbers) {
  tell_saved(ui, [&] {
    const std::string place = ui.host.save_file(name + ".png", encode_png(picture));
    const std::string beside = write_text(ui, numbers_name, numbers);
    return Notice{fmt::format("Saved {}", place), fmt::format("Its numbers: {}", beside), false};
  });
}

void save_text(const Ui& ui, const std::string& name, const std::string& text) {
  tell_saved(ui, [&] { return Notice{fmt::format("Saved {}", write_text(ui, name, text)), {}, false}; });
}

void save_copy(const Ui& ui, const std::string& name, const std::string& path) {
  tell_saved(ui, [&] { return Notice{fmt::format("Saved {}", ui.host.save_file(name, read_file(path))), {}, false}; });
}

}  // namespace zf::viewer
