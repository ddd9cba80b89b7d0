package python

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/venv"
	_ "github.com/argmin-go/argmin/internal/door" // so that go test runs this test again when the library has changed
)

// TestPackage builds the Python package into an environment of the user's cache and runs its tests there: with NumPy, SciPy and JAX, and
// with PyTorch and TensorFlow where these are installed or, with ARGMIN_WHOLE, can be.
func TestPackage(t *testing.T) {
	missing := t.Skipf
	if os.Getenv("ARGMIN_REQUIRE_PYTHON") != "" {
		missing = t.Fatalf
	}
	for _, tool := range []string{"python3", "cc"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing("the Python package needs %s: %v", tool, err)
		}
	}
	python, err := venv.Python("package", "numpy, scipy, pytest, jax, setuptools, tqdm", "numpy", "scipy==1.17.*", "pytest", "jax", "setuptools>=77", "tqdm")
	if err != nil {
		missing("no environment of Python: %v", err)
	}
	for _, sources := range []string{".", "../capi"} { // go test runs this test again when a file has changed that it has opened
		err := filepath.WalkDir(sources, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && slices.Contains([]string{".py", ".c", ".h", ".go", ".toml"}, filepath.Ext(path)) {
				_, err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run := func(env []string, args ...string) (string, error) {
		c := exec.Command(python, args...)
		c.Dir, c.Env = t.TempDir(), append(os.Environ(), env...)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := run(nil, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--force-reinstall", here); err != nil {
		t.Fatalf("pip install ./python: %v\n%s", err, out)
	}
	if os.Getenv("ARGMIN_WHOLE") != "" {
		for module, install := range map[string][]string{
			"torch":      {"torch", "--index-url", "https://download.pytorch.org/whl/cpu"},
			"tensorflow": {"tensorflow-cpu"},
		} {
			if _, err := run(nil, "-c", "import "+module); err == nil {
				continue
			}
			if out, err := run(nil, append([]string{"-m", "pip", "install", "--quiet"}, install...)...); err != nil {
				t.Logf("%s is not installed, its tests are skipped: %v\n%s", module, err, out)
			}
		}
	}
	out, err := run([]string{"TF_CPP_MIN_LOG_LEVEL=3"}, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", filepath.Join(here, "tests"))
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(lines[len(lines)-1])
}
