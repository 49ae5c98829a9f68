// The load: fixed HTTP/1.1 requests, in rotation, over keep-alive connections; a JSON line says what came back.
//
// It is as small as a client can be, because it shares the machine with what it measures: requests are ready-made bytes, and
// of an answer only the status and the length are read. At the end every connection waits for the answer that it is owed, so
// that what was answered 200 is known exactly. Bounded in time and connections, loopback only.
//
//	load -address 127.0.0.1:PORT -connections N -seconds S [-rate R] -requests FILE
//
// FILE: [{"request": base64 of the whole HTTP request, "rows": what a 200 stores}, …]
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	secondsMax     = 120.0
	connectionsMax = 1024
	answerTimeout  = 15 * time.Second
)

type request struct {
	Request []byte `json:"request"`
	Rows    int    `json:"rows"`
}

// tally is what one connection saw.
type tally struct {
	statuses map[int]int
	rows     int
	took     []uint32 // µs, of answers 200 and 304
	problem  error
}

func main() {
	address := flag.String("address", "", "where to, on loopback")
	connections := flag.Int("connections", 1, "connections")
	seconds := flag.Float64("seconds", 1, "how long")
	rate := flag.Float64("rate", 0, "requests a second over all connections; 0: as fast as the answers come")
	file := flag.String("requests", "", "the requests, as JSON")
	flag.Parse()
	requests, err := read(*file)
	if err == nil {
		err = check(*address, *connections, *seconds)
	}
	if err != nil {
		log.Fatal(err)
	}
	started := time.Now()
	end := started.Add(time.Duration(*seconds * float64(time.Second)))
	tallies := make([]tally, *connections)
	var all sync.WaitGroup
	for i := range tallies {
		all.Add(1)
		go func() {
			defer all.Done()
			pause := time.Duration(0)
			if *rate > 0 {
				pause = time.Duration(float64(time.Second) * float64(*connections) / *rate)
			}
			first := started.Add(pause * time.Duration(i) / time.Duration(*connections))
			tallies[i].problem = tallies[i].run(*address, requests, i*len(requests) / *connections, first, pause, end)
		}()
	}
	all.Wait()
	report(tallies, time.Since(started))
}

func read(path string) ([]request, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var requests []request
	if err := json.Unmarshal(content, &requests); err != nil {
		return nil, err
	}
	if len(requests) == 0 {
		return nil, errors.New("no requests")
	}
	return requests, nil
}

func check(address string, connections int, seconds float64) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%s is not on loopback", address)
	}
	if connections < 1 || connections > connectionsMax || seconds <= 0 || seconds > secondsMax {
		return fmt.Errorf("at most %d connections and %.0f s", connectionsMax, secondsMax)
	}
	return nil
}

// run posts until `end`. With a pause, requests have their times, and the time to the answer counts from there: a server
// that stalls can't hide it by being asked less.
func (t *tally) run(address string, requests []request, next int, due time.Time, pause time.Duration, end time.Time) error {
	t.statuses = map[int]int{}
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 64<<10)
	for {
		if pause > 0 {
			time.Sleep(time.Until(due))
		} else {
			due = time.Now()
		}
		if !due.Before(end) {
			return nil
		}
		one := &requests[next]
		next = (next + 1) % len(requests)
		if err := connection.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
			return err
		}
		if _, err := connection.Write(one.Request); err != nil {
			return err
		}
		status, err := readAnswer(reader)
		if err != nil {
			return err
		}
		t.statuses[status]++
		if status == 200 || status == 304 {
			t.rows += one.Rows
			t.took = append(t.took, uint32(time.Since(due).Microseconds()))
		}
		due = due.Add(pause)
	}
}

var lengthName = []byte("content-length:")

func readAnswer(reader *bufio.Reader) (int, error) {
	line, err := reader.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("no HTTP: %q", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, err
	}
	length := -1
	for {
		line, err = reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if len(line) > len(lengthName) && bytes.EqualFold(line[:len(lengthName)], lengthName) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthName):]))); err != nil {
				return 0, err
			}
		}
	}
	if status == 304 {
		return status, nil
	}
	if length < 0 {
		return 0, errors.New("an answer without its length")
	}
	_, err = io.CopyN(io.Discard, reader, int64(length))
	return status, err
}

func report(tallies []tally, lasted time.Duration) {
	statuses := map[string]int{}
	problems := map[string]int{}
	rows := 0
	var took []uint32
	for i := range tallies {
		for status, count := range tallies[i].statuses {
			statuses[strconv.Itoa(status)] += count
		}
		if tallies[i].problem != nil {
			problems[tallies[i].problem.Error()]++
		}
		rows += tallies[i].rows
		took = append(took, tallies[i].took...)
	}
	slices.Sort(took)
	at := func(share float64) uint32 {
		if len(took) == 0 {
			return 0
		}
		return took[min(int(float64(len(took))*share), len(took)-1)]
	}
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"seconds": lasted.Seconds(), "statuses": statuses, "problems": problems, "rows": rows,
		"p50_us": at(0.50), "p99_us": at(0.99), "max_us": at(1),
		"cpu_s": float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9,
	})
}
