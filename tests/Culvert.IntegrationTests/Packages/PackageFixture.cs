using System.Globalization;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Packages;

/// <summary>
/// The package of the client library, and a program that is built against it and has every snippet of its documents.
/// Nothing is fetched: the folder with the package is the only source.
/// </summary>
public sealed class PackageFixture : IAsyncLifetime
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <UseAppHost>false</UseAppHost>
            <InvariantGlobalization>true</InvariantGlobalization>
            <RestorePackagesPath>packages</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Culvert.Client" Version="*" />
          </ItemGroup>
        </Project>
        """;

    private const string Sources = """
        <configuration>
          <packageSources>
            <clear />
            <add key="here" value="source" />
          </packageSources>
        </configuration>
        """;

    private const string Surroundings = """
        using System.Text.Json.Serialization;
        using Culvert.Client;
        using Culvert.Client.Messages;
        using Culvert.Protocol.Rooms;

        [JsonSerializable(typeof(int))]
        [JsonSerializable(typeof(int[]))]
        partial class MyJson : JsonSerializerContext;

        static class Surroundings
        {
            public static Task HandleAsync(RoomEvent e)
            {
                Console.WriteLine($"handled {e.ReadText()}");
                return Task.CompletedTask;
            }
        }

        static class Program
        {
            static async Task Main(string[] args)
            {
                switch (args)
                {
                    case ["follow", var token]:
                        await Follow.RunAsync(token);
                        break;
                    case ["follow-package", var token]:
                        await PackageFollow.RunAsync(token);
                        break;
                    case ["go-on", var token, var address]:
                        using (var client = new CulvertClient(new Uri(address), new() { Token = token }))
                        {
                            await GoOn.RunAsync(client, File.Exists("cursor") ? File.ReadAllText("cursor") : "");
                        }

                        break;
                    case ["messages"]:
                        _ = Listen.RunAsync();
                        await Retried(Ask.RunAsync);
                        await Retried(PackageAsk.RunAsync);
                        await Retried(Wrap.RunAsync);
                        break;
                    case ["requests"]:
                        using (var listener = MessageListener.Listen("ws://127.0.0.1:0"))
                        using (var near = MessageClient.Connect($"ws://127.0.0.1:{listener.Port}"))
                        {
                            var (ints, sum) = (MyJson.Default.Int32Array, MyJson.Default.Int32);
                            await using var far = new JsonRpc(listener.Accept())
                                .OnRequest("add", ints, sum, (numbers, _) => new(numbers.Sum()))
                                .Start();
                            await Call.RunAsync(near);
                        }

                        break;
                }
            }

            static async Task Retried(Func<Task> run)
            {
                while (true)
                {
                    try
                    {
                        await run();
                        Console.WriteLine("done");
                        return;
                    }
                    catch (ConnectFailedException)
                    {
                        await Task.Delay(20);
                    }
                }
            }
        }
        """;

    private readonly TestDirectory _directory = new();
    private CulvertProcess? _server;

    /// <summary>The package's file.</summary>
    public string Package { get; private set; } = "";

    /// <summary>What the snippets about rooms talk to.</summary>
    internal CulvertProcess Server => _server ?? throw new InvalidOperationException("the server did not start");

    /// <summary>Packs what is built, and builds against it.</summary>
    public async ValueTask InitializeAsync()
    {
        _server = await CulvertProcess.StartAsync();
        var source = Directory.CreateDirectory(_directory.File("source")).FullName;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name; // Of bin/CONFIGURATION/net10.0.
        var library = Path.Combine(Programs.Repository, "src/Culvert.Client");
        await DotnetAsync(library, "pack", "--no-build", "-c", configuration, "-o", source);
        Package = Assert.Single(Directory.GetFiles(source));

        Write("Program.csproj", Project);
        Write("nuget.config", Sources);
        Write("Program.cs", Surroundings);
        WriteSnippets("docs/client.md", ("Follow", "string token"), ("GoOn", "CulvertClient client, string kept"));
        WriteSnippets(
            "docs/messages.md",
            ("Listen", ""),
            ("Ask", ""),
            ("Wrap", ""),
            ("Pieces", "MessageClient client, Stream file, Stream copy"),
            ("Call", "MessageClient client"));
        WriteSnippets("src/Culvert.Client/README.md", ("PackageFollow", "string token"), ("PackageAsk", ""));
        await DotnetAsync(_directory.Path, "build", "-c", "Release", "-o", _directory.File("out"));
    }

    /// <summary>Ends the server; fails when it logged a stack trace.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>Starts the program that has the snippets.</summary>
    internal ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("dotnet", [_directory.File("out/Program.dll"), .. arguments], null, _directory.Path);

    private static async Task DotnetAsync(string directory, params string[] arguments)
    {
        var variables = new Dictionary<string, string?>
        {
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            // Neither a build node nor the compiler's server outlives the test.
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        };
        await using var dotnet = ChildProcess.Start("dotnet", arguments, variables, directory);
        dotnet.Input.Close();
        await dotnet.MustExitAsync(0, TimeSpan.FromMinutes(3));
    }

    private void WriteSnippets(string document, params (string Name, string Parameters)[] classes)
    {
        var snippets = DocSnippet.In(document);
        Assert.Equal(classes.Length, snippets.Count);
        foreach (var (snippet, (name, parameters)) in snippets.Zip(classes))
        {
            Write($"{name}.cs", snippet.ToClass(name, parameters));
        }
    }

    private void Write(string name, string text)
    {
        // The documents name ports; a test takes free ones.
        var here = text.Replace("http://127.0.0.1:8080/", Server.Address.ToString(), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8080", Server.Address.ToString(), StringComparison.Ordinal)
            .Replace(":8001/", $":{Port}/", StringComparison.Ordinal);
        File.WriteAllText(_directory.File(name), here);
    }

    private string Port { get; } = FreePort.Find().ToString(CultureInfo.InvariantCulture);
}
