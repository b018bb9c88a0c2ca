using System.Reflection;
using ApiPages;
using Culvert.Client;
using Culvert.Protocol.WebSockets;

// Writes the public API of Culvert.Client, and of Culvert.Protocol, which is in its package, as Markdown.
if (args is not [var folder] || folder.StartsWith('-'))
{
    Console.Error.WriteLine("usage: ApiPages FOLDER");
    return 2;
}

Assembly[] assemblies = [typeof(CulvertClient).Assembly, typeof(Opcode).Assembly];
var pages = new PageWriter(assemblies);
pages.Write(folder);
foreach (var finding in pages.Findings)
{
    Console.Error.WriteLine(finding);
}

Console.WriteLine($"{pages.Count} pages in {folder}");
return pages.Findings.Count == 0 ? 0 : 1;
