using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Culvert.Client.Messages;

// Programs that exchange JSON objects in the shape they would have over TCP: accept, receive, send, and no event loop.
var json = (JsonTypeInfo<JsonObject>)JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonObject));
var (patience, failed) = (TimeSpan.FromSeconds(30), 0);
if (args is ["serve", "--host", var host, "--port", var port])
{
    using var listener = MessageListener.Listen($"ws://{host}:{port}");
    Console.WriteLine($"listening on ws://{host}:{listener.Port}");
    while (listener.Accept() is var client)
    {
        new Thread(() => Guard(client.Path, () => { using (client) { Answer(client); } })).Start();
    }
}
if (args is not ["client" or "threads", var url])
{
    Console.Error.WriteLine("JsonPeers serve --host HOST --port PORT | client URL | threads URL");
    return args is ["--help"] ? 0 : 2;
}
var threads = Enumerable.Range(0, args[0] == "client" ? 0 : 10).Select(n => new Thread(() => Guard($"thread {n}", () =>
    Ask($"{url.TrimEnd('/')}/client{n}", n, $"thread {n} connected.", $"thread {n} finish.")))).ToList();
threads.ForEach(thread => thread.Start());
threads.ForEach(thread => thread.Join());
Guard(url, args[0] == "client" ? () => Ask(url, 256, "Connected.", "Finish.") : () => Console.WriteLine("Done."));
return failed;
void Answer(MessageClient client)
{
    using var message = client.TryReceive(patience, out var received) ? received : throw new TimeoutException();
    try
    {
        var bytes = message.Kind == MessageKind.Binary ? message.Data.Span : throw new JsonException("this is a text");
        var value = JsonNode.Parse(bytes, null, new() { AllowDuplicateProperties = false }) as JsonObject
            ?? throw new JsonException("this is no object");
        Console.WriteLine($"{client.Path}: {value.ToJsonString()}");
        (value["message"], value["bool"]) = ("Message from Server", false);
        client.SendJson(value, json, MessageKind.Binary);
    }
    catch (Exception e) { client.Close(1003, $"send one JSON object as a binary message: {e.Message}"); }
}
void Ask(string url, int number, string connected, string finished)
{
    using var client = MessageClient.Connect(url);
    Console.WriteLine(connected);
    var question = new JsonObject { ["message"] = "Message from Client", ["number"] = number, ["bool"] = true };
    client.SendJson(question, json, MessageKind.Binary);
    Console.WriteLine(client.ReceiveJson(json, patience).ToJsonString());
    Console.WriteLine(finished);
}
void Guard(string who, Action work)
{
    try { work(); }
    catch (Exception e)
    {
        Console.Error.WriteLine($"{who}: {e.Message}");
        failed = 1;
    }
}
