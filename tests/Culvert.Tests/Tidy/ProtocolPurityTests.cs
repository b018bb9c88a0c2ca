using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>Culvert.Protocol is bytes in, bytes out: its user brings the sockets, the tasks and the clock.</summary>
public sealed class ProtocolPurityTests
{
    private static readonly string[] Foreign =
    [
        "System.Net.Sockets", "System.Threading.Tasks", "Task", "ValueTask", "async", "ILogger", "TimeProvider",
        "PeriodicTimer",
    ];

    [Theory]
    [InlineData("using System.Net.Sockets;", 1)]
    [InlineData("public ValueTask ReadAsync() => default;", 1)]
    [InlineData("private readonly ILogger<A> _logger;", 1)]
    [InlineData("private readonly TimeProvider _time;", 1)]
    [InlineData("// The Task of the caller.\nint TaskCount;", 0)]
    [InlineData("using System.Buffers;", 0)]
    public void The_protocol_does_no_input_or_output(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/Culvert.Protocol/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.Where(f => f.IsUnder("src/Culvert.Protocol")).SelectMany(Check));
    }

    [Fact]
    public void The_protocol_names_no_package_and_no_project()
    {
        var project = Repository.TextOf("src/Culvert.Protocol/Culvert.Protocol.csproj");

        Assert.NotEmpty(project);
        Assert.DoesNotMatch("(Package|Project|Framework)Reference", project);
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        Foreign.SelectMany(n => CodePattern.Find(
            file,
            $@"\b{Regex.Escape(n)}\b",
            $"`{n}` does not belong in the protocol; leave it to the caller"));
}
