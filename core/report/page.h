#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/report/artwork.h"
#include "core/report/html.h"
#include "core/report/story.h"

namespace zf {

/// One self-contained HTML page about one or several photos: pictures inside as data URIs, no script, nothing loaded from
/// elsewhere.
class Page {
 public:
  Page() = default;
  /// The page of one photo in a site, whose index lies at the URL `index`.
  explicit Page(std::string index) : index_(std::move(index)) {}

  void add(const Story& story, const Artwork& artwork);

  /// The document. Throws where no story was added.
  [[nodiscard]] std::string html() const;

 private:
  struct Entry {
    std::string image;
    std::string model;
    std::string best;  ///< "tench, 83.2 %"
    Size size;         ///< of the photo
    std::string section;
  };
  void write_masthead(Html& html) const;
  void write_index(Html& html) const;

  std::string index_;  ///< empty where the page stands for itself
  std::vector<Entry> entries_;
};

}  // namespace zf
