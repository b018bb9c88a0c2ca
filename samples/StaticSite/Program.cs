using System.Globalization;
using Culvert.Server.Files;
using Culvert.Server.Hosting;

const string Usage = "StaticSite [--host 127.0.0.1] [--port 8080] [--top-dir .] [-v|--verbose]";

var options = new FileServerOptions();
for (var i = 0; i < args.Length; i++)
{
    var value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--host" when value is not null:
            options = options with { Host = value };
            i++;
            break;
        case "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
            options = options with { Port = port };
            i++;
            break;
        case "--port":
            await Console.Error.WriteLineAsync($"StaticSite: --port: '{value}' is not a port; use 0 to 65535");
            return 2;
        case "--top-dir" when value is not null:
            options = options with { Files = new SiteOptions { Root = value } };
            i++;
            break;
        case "-v" or "--verbose":
            options = options with { Verbose = true };
            break;
        case "--help":
            Console.WriteLine(Usage);
            return 0;
        default:
            await Console.Error.WriteLineAsync($"StaticSite: {args[i]} is no option, or lacks its value; use {Usage}");
            return 2;
    }
}

return await FileServer.RunAsync(options, Console.Out, Console.Error, CancellationToken.None);
