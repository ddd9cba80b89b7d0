// Plugin lists the PJRT plugins on this machine, through which package xla reaches
// its devices, and installs that for the CPU:
//
//	go run github.com/argmin-go/argmin/xla/cmd/plugin
//	go run github.com/argmin-go/argmin/xla/cmd/plugin -install cpu
//	go run github.com/argmin-go/argmin/xla/cmd/plugin -platform cpu
//
// The last prints the path of the one that the backend xla:cpu takes.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"text/tabwriter"

	"github.com/argmin-go/argmin/xla/plugin"
)

func main() {
	log.SetFlags(0)
	install := flag.String("install", "", "install the plugin for a platform: cpu")
	platform := flag.String("platform", "", "print the path of the plugin for a platform: cpu, cuda or tpu")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch {
	case *install != "":
		info, err := plugin.Install(ctx, *install, os.Stderr)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(info.Path)
	case *platform != "":
		info, err := plugin.Find(*platform)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(info.Path)
	default:
		found, looked := plugin.Search()
		if len(found) == 0 {
			log.Fatal(&plugin.NotFoundError{Looked: looked})
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "PLATFORM\tFOUND IN\tPATH")
		for _, f := range found {
			if f.Platform == "" {
				f.Platform = "?"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Platform, f.Source, f.Path)
		}
		w.Flush()
	}
}
