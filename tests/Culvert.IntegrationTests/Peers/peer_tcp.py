"""A TCP pair that knows nothing of tunnels: one JSON object there, one back, received 4096 bytes at a time.

peer_tcp.py serve PORT          answers each client, until it is stopped; prints "listening PORT"
peer_tcp.py ask PORT BYTES N    N threads, each with a connection of its own, send an object with a text of BYTES
"""
import json
import socket
import sys
import threading

HOST = "127.0.0.1"
BUFFER = 4096


def receive(connection):
    """One object: the end of the object is the end of the braces, however the bytes come."""
    data = b""
    while True:
        part = connection.recv(BUFFER)
        if not part:
            return None
        data += part
        try:
            return json.loads(data)
        except json.JSONDecodeError:
            continue


def answer(connection):
    with connection:
        while (message := receive(connection)) is not None:
            message["message"] = "Message from Server"
            message["bool"] = False
            connection.sendall(json.dumps(message).encode())


def serve(port):
    with socket.create_server((HOST, port)) as listener:
        print("listening", listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()


def ask(port, size, number):
    sent = {"message": "Message from Client", "number": number, "bool": True, "text": "é" * size}
    with socket.create_connection((HOST, port), timeout=30) as connection:
        connection.sendall(json.dumps(sent).encode())
        got = receive(connection)
    right = dict(sent, message="Message from Server", bool=False)
    verdict = "right" if got == right else f"wrong: {str(got)[:200]}"
    sys.stdout.write(f"{number} {verdict}\n")


command, *numbers = sys.argv[1:]
if command == "serve":
    serve(int(numbers[0]))
else:
    port, size, count = map(int, numbers)
    threads = [threading.Thread(target=ask, args=(port, size, i)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("Done.")
