module email-delivery-status/bench/followers

go 1.24
