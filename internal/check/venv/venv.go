// Package venv makes Python's virtual environments, for comparisons with Python's
// libraries.
package venv

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

// Python is the interpreter of the environment of that name in the user's cache, which
// is made first if it cannot import the modules, such as "numpy, scipy".
func Python(name, modules string, requirements ...string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "argmin", name)
	python := filepath.Join(dir, "bin", "python")
	if exec.Command(python, "-c", "import "+modules).Run() == nil {
		return python, nil
	}
	log.Printf("installing %v", requirements)
	for _, c := range []*exec.Cmd{exec.Command("python3", "-m", "venv", dir),
		exec.Command(python, append([]string{"-m", "pip", "install", "-q"}, requirements...)...)} {
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return "", fmt.Errorf("%v cannot be installed: %v: %w", requirements, c.Args, err)
		}
	}
	return python, nil
}
