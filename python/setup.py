"""Builds the library of the Go code with Go, and the extension module that calls it with the C compiler."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LIBRARY = {"win32": "argmin.dll", "darwin": "libargmin.dylib"}.get(sys.platform, "libargmin.so")


class Fresh(build_py):
    """Builds from nothing, so that modules which have been removed are not installed from an earlier build."""

    def run(self):
        shutil.rmtree(pathlib.Path(self.build_lib) / "argmin", ignore_errors=True)
        super().run()


class Build(build_ext):
    """Builds the library beside the extension module."""

    def run(self):
        if not (ROOT / "capi" / "argmin.h").exists():
            raise SystemExit("argmin is built from a checkout of the whole repository, by: pip install ./python")
        super().run()
        folder = HERE / "argmin" if self.inplace else pathlib.Path(self.build_lib).resolve() / "argmin"
        go = shutil.which(os.environ.get("GO", "go"))
        if go is None:
            raise SystemExit("argmin is built with Go, which is not on the PATH; see https://go.dev/dl")
        subprocess.run(
            [go, "build", "-trimpath", "-ldflags=-s", "-buildmode=c-shared", "-o", str(folder / LIBRARY), "./capi"],
            cwd=ROOT, env={**os.environ, "CGO_ENABLED": "1"}, check=True)
        (folder / LIBRARY).with_suffix(".h").unlink(missing_ok=True)


class NoSdist(sdist):
    """The sources of the library are outside this folder, and a source distribution would have to repeat them."""

    def run(self):
        raise SystemExit("there is no source distribution of argmin: make wheels, or install from a checkout")


free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
core = Extension(
    "argmin._core", sources=["src/core.c", "src/arrays.c", "src/dlpack.c"], depends=["src/arrays.h", str(ROOT / "capi" / "argmin.h")], include_dirs=[str(ROOT / "capi")],
    libraries=[] if sys.platform in ("win32", "darwin") else ["dl"], py_limited_api=not free_threaded,
    define_macros=[] if free_threaded else [("Py_LIMITED_API", "0x030a0000")])

setup(
    ext_modules=[core], cmdclass={"build_py": Fresh, "build_ext": Build, "sdist": NoSdist},
    options={} if free_threaded else {"bdist_wheel": {"py_limited_api": "cp310"}})
