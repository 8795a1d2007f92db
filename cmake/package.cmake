# What `cmake --install` brings besides the programs, and the Debian package that `cpack -G DEB` makes of it.
install(DIRECTORY assets/ DESTINATION share/zfscope)
install(FILES LICENSE DESTINATION share/doc/zfscope RENAME copyright)
# Manual pages and completions, which the program's own help makes.
find_package(Python3 QUIET COMPONENTS Interpreter)
if(Python3_Interpreter_FOUND)
  install(CODE "execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/help_files $<TARGET_FILE:zfscope>
    \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX} COMMAND_ERROR_IS_FATAL ANY)")
else()
  message(STATUS "Manual pages and completions: left out, since there is no Python 3")
endif()

set(CPACK_PACKAGE_NAME zfscope)
set(CPACK_PACKAGE_VENDOR "ZFScope")
set(CPACK_PACKAGE_CONTACT "The ZFScope developers <zfscope@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Microscope for convolutional networks: the deconvnet of Zeiler & Fergus, 2013")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Opened at run time, where they are.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libegl1")
set(CPACK_STRIP_FILES ON)
include(CPack)
