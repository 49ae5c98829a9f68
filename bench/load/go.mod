module email-delivery-status/bench/load

go 1.24
