module github.com/argmin-go/argmin/xla

go 1.26

require (
	github.com/argmin-go/argmin v0.0.0
	github.com/gomlx/go-xla v0.1.4
	google.golang.org/protobuf v1.36.10
)

require (
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
	k8s.io/klog/v2 v2.130.1 // indirect
)

replace github.com/argmin-go/argmin => ../
