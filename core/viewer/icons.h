#pragma once

#include <array>

/// Font Awesome 4.7's code points, which the theme merges into every font.
namespace zf::viewer::icon {

inline constexpr const char* kAdjust = "\uf042";
inline constexpr const char* kAtlas = "\uf009";
inline constexpr const char* kCamera = "\uf030";
inline constexpr const char* kCheck = "\uf00c";
inline constexpr const char* kChevronLeft = "\uf053";
inline constexpr const char* kChevronRight = "\uf054";
inline constexpr const char* kClose = "\uf00d";
inline constexpr const char* kCompare = "\uf0ec";
inline constexpr const char* kCrop = "\uf125";
inline constexpr const char* kCube = "\uf1b2";
inline constexpr const char* kEvolution = "\uf008";
inline constexpr const char* kEye = "\uf06e";
inline constexpr const char* kEyeSlash = "\uf070";
inline constexpr const char* kFile = "\uf016";
inline constexpr const char* kFolder = "\uf07b";
inline constexpr const char* kFolderOpen = "\uf07c";
inline constexpr const char* kGrid = "\uf00a";
inline constexpr const char* kHelp = "\uf059";
inline constexpr const char* kInvariance = "\uf074";
inline constexpr const char* kLevelUp = "\uf148";
inline constexpr const char* kMinus = "\uf068";
inline constexpr const char* kMoon = "\uf186";
inline constexpr const char* kMute = "\uf026";
inline constexpr const char* kOcclusion = "\uf12d";
inline constexpr const char* kPause = "\uf04c";
inline constexpr const char* kPhoto = "\uf03e";
inline constexpr const char* kPlay = "\uf04b";
inline constexpr const char* kPlus = "\uf067";
inline constexpr const char* kPoints = "\uf05b";
inline constexpr const char* kSave = "\uf019";
inline constexpr const char* kSearch = "\uf002";
inline constexpr const char* kSun = "\uf185";
inline constexpr const char* kTeach = "\uf19d";
inline constexpr const char* kUndo = "\uf0e2";
inline constexpr const char* kWarning = "\uf071";

/// All that the theme takes from the font.
inline constexpr std::array kAll = {kAdjust,     kAtlas,     kCamera, kCheck,    kChevronLeft, kChevronRight, kClose,      kCompare, kCrop,
                                    kCube,       kEvolution, kEye,    kEyeSlash, kFile,        kFolder,       kFolderOpen, kGrid,    kHelp,
                                    kInvariance, kLevelUp,   kMinus,  kMoon,     kMute,        kOcclusion,    kPause,      kPhoto,   kPlay,
                                    kPlus,       kPoints,    kSave,   kSearch,   kSun,         kTeach,        kUndo,       kWarning};

}  // namespace zf::viewer::icon
