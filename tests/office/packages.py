"""Workbooks nobody would send on purpose, made by hand; and one old .xls, since nothing here can write one."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

from caseapp.office.xlsx import write_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_PART = "xl/worksheets/sheet1.xml"

# 登记日期 村 诉求 人数 / 2024-06-03 双合村 水渠堵塞 3, saved by LibreOffice as Excel 97.
OLD_XLS = (
    r"c-rk(YfM~46h3qJ!CgvWp+%8ax>gIcKtod>_^42})z(L`1(g`0rEsCxWp@K;N*Z-5_Kz(|O@HW*CZ-8BCMH^AqKP#T{+OE7$DjVtsG&_vH1)"
    r"@7G^UAg{m!{_m&*zXOPeMt=jPm*IrBJY&SU1x*IyM+o_fFhB4xq7<fCajL_rTt0Zq3NCNeZ_+O}<%Y%jsT3Z`_)HuS@O0U+BvPun%5%O&`4!"
    r"X8TC8=?qpr#Q+18m3&}26&8jy@kw~Uf{Te!V>?*^XK!M&v73xJO25s=lIVDE&~<-mjerdMa~sK#lRBa3gAj$srUrZjleSCO~7*CD&T71&6@u"
    r"jT{5mk{Z`;@npTOjYU$j$E)X(d#bAKWE<evE7u#QiN1X9bh+kX+c2JUiBib43id-*f78yDf%P<Zn-GZ8;lb{yTdqVw0{#(TR08JEW&>r1xG>"
    r"Pn^@?R_eLgM)!$((P6vWY6_JMr@45(J9!RFpa?Mt!so=U^X3l+!tmua{&5M~B)fJv{2_dh2KLMl7jaat<eO61QSZoCZ;g(nIvHP@+`fFQ74w"
    r"%LlEvHP9KW@E6l*j>%y_M_qq^M_qUKqy*s@{b5Hu0Y4sLI&%{G?+c?FInwEWM<0Xk=F)SGGd`V7Uq27Mb{_hMdFY`z=>b<BGh5En4&6UPKVh"
    r"JeBAd%_$|q%UDkx=1$}i=LRGyS8QvrLg1kMq-TN&RFh?aC~<>)aisqjrG6G+rHs^~I3#g{{Rk8ld6`4V8x?qk7=n`v2^!}n8&Y|>$c%f=j6P"
    r"53ua#jj!Kx-sG6Cax3nPejRIbdMZSL0MECdj8DOAFVaL5Mp;P0{ru%%`p@o?@C%eQs-OEw%xrLc6%%mzoY%>b{kijNoW1eRn}#e0%xpOs!N0"
    r"KJLg;s&pH<iu!(MLj!%+e*-#kE)kRldzI11K<1<1}&1j$2v687)9Y)WDe}l}Zk^jpw*1a!Bg!YR3D>L(dYOM0qt26a<<9bj16wbF0q#`kd0d"
    r"BRbtROftv3Ii3EfqbE9+O^>ZIgP{EYdqIbPCcoBGU-#daZM6sUo4NEZUUh1g^@QmO@KqS_WE1rsYG6GmICZTO}Dn`DcdoDVgWjBbCexWJda+"
    r"ZI<yDdW`j+-r?vxZE6SNiACf~*Gop?Pge^)ln&34^%#^d^LP$(xZfzD4};FtL3E$!kn@uwk<?`X=!N(7n%;$!n`z}=b?&B+<@oZQ94>4+mKb"
    r"-s9^jnm(Y~&M#9*RlD6;)vmlccLeOFyu=RPYIv&1Ev`+9mBu8zMp{~}@9Cb8Na>(b<rH-Ed*vOoOJYbMoHeeexi=?$G*Dy?_6{0^OGc4&?6*"
    r"ZJm<&N)*$?>we`_2((V-R;atB&~RI_+X5AR_OkEy|xSgsK52)4<m=ZSKj)y-ak`}3twC~xp7ta#Ov69?Ui@8aTbt8>(F_!dnATEdwfLa<qQ$"
    r"s-=O=OJh?mTYHKq2gf%eOmx#~S5$kvJ#!d6ee=XmCB7c?-&o#&A37sdweSi)i<6=1u<gEV^?AFlxv~ze@HRrj08U^2eWVkJm;n_v;_j%r63z"
    r"@@q*_nxx7UYB0qT??g{BwQ(Mf6)uvQp%h&td=l$T`{eJK+UAViTqeAzw{^GCx#n{(&6ye+%$jhW|Ej=n@$$@xa{VX;{Sm*8$&NdjAXj4M+JT"
    r"q5"
)  # fmt: skip


# 村 人数 日期 / 双合村 =1+"a" 43984 / (merged) =#REF!: days count from 1904, row 3 is hidden.
FAULTS_XLS = (
    r"c-rk(Uuaup6hGg+X?l}&&26`?wX0d2uI<`vbPTkjvt6_4=AYHA)rl5d7SpaSYeHLLd(dUhzDNto9^At~21NwHDT0Cuwr_iw=*u1yg>EuXrVvGufo=Sq"
    r"bHAjwv4N%=1GV4f-0!>R`*Y5B{@<^^s+u|fVf_^<Xb+G{b6FpGT{s1>avwI4p>cEBY&M6^uC#wuo7Fw*&;$LI0a)kdTCYCcueASWJ3vW1qZFduG=zSb"
    r"PEaXr9W2Iu-ct6=Epgpa+Y0^V)93ijaohwH`aj2d_J2QM6`%sJ8c+!cI4OXt0M&psfVF@cu?eDDKpo%?Ks{hRpaF2FroTb=3>z`N8*q=tHKK1?i95HY"
    r"`7CJBTSlL)zQigQ-Cu!4eBhZDySNJIqZHdlB$|kYZddCP9-@kQn1Ye+z(~<KU@Pf@U_Y1l4zWJ8P71Yai+;xF6y7J~y^(llrMy3pJ>Lp`8wKe*vGO;>"
    r"2^5v92t_GDgLD{ia1bl%=_32rNm;?(p?1m)ue!O}wgt4|OKP9Q;Upq)57rFP2u2ZllpYgIgo2(5nq<FxBt8@$jwWWr-zMpgY{=!?Qz6Flp@RQ?X?UYV"
    r"JpJ$RlaSqFa&C3jXA1F~i{QgW@GV8~zD4n6Iex4n_~v>183VqXrY!e%+LXR3?UlYd?U8;>x?K9T>9Xu0@sTk^`(HRAz%epCjT7UD01D5vvH(QA6N;|W"
    r"vz!Mq2ZWM0!||R2Mee`A4clo|hCTHQux!yOg}h=-sZP8*Dfp}HWEKk<#zN+>{)9vPg?!-ASqYT)55R#x-It1^yB6OtV3NAjWA*MI$Ra;k^p3~LPcf?o"
    r"Ft4W?-5Z?5oM2}!2zC`<_XS*o!$Xy@ZsWKuk%sG6@2&56UhwI8InyQ<Cxz81%uIV)WJjyKUzN4FBzRhIugSYHzyHUMCfB$*KhAV)c8$*?X!*dETpTBa"
    r"Ran(kcu!9sn(4^(ik`xZMK8;>Nxg0b^i3<JGxKlDu=P0Xgd!CXoLU5DNHlVAA>d{u`RBywd?|dX{Fi|*Lw_kr{-#JaD7>>=15%<m%vlsvRI4azzGC?0"
    r"ZUO4L0J#}nIb|Jo)`=W>XRT|eK@Ba}gocupL_gD$yehND(OJgQrp6W%AT!e@Wr`=$EO=kWUZfN<$S?bN50^d<8P)W$*U2YD4~h=BXbEU}k`CrH06QJ9"
    r"+y|*#`Q<OAc2lTwOutjZ*_Ly$DQD_ou9=<~j14D8lKrEh-N$3`MCktew)931#}kRTSZ~*0e}DVU)Q*a@G?&@tvXoay!MQXu_V#Z#x{uiJy=hTv(?{R1"
    r"LeA>iQfU#hGwsoJW}g<`5nXSN>Y6jH>&|gqtNt`gFfV6MG8G?6oj9Ignn69^rq9l`e~ia}cy8?E_sTuK)%O=iy8Pwkb6eNjXWqj7!#CdF#Z^E7u20v="
    r"xj1RN?)Z4#jY)D3&$sLOPFL;Dvf7zSJslq&8B7i>lo88!`_^qm`M;I_f5Lx(4KKFGba}}^P#>nFsJNJqqb19~8n-p{J+meJR~;<R*=YoHkD<ct1`jVT"
    r"i@xdl2V2S>*2~_!pLC-hj4#{&{Geaz|6fS|t4URg+VUmb{}^gc*8N^sLBHsPF{7wglfV>j&6<8$3G%-Sa4}DR7bwJphqzc^Y5cS=<Nlif@2>p+OZyx9"
    r"mK=E"
)  # fmt: skip


def old_xls(which: str = "plain") -> bytes:
    """A workbook of Excel 97: ``plain``, or ``faults`` with errors, merged cells and a hidden row."""
    return zlib.decompress(base64.b85decode(OLD_XLS if which == "plain" else FAULTS_XLS))


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def package(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return packed.getvalue()


def workbook(rows: str, dimension: str = "A1:B2", before: str = "", **parts: bytes) -> bytes:
    """A workbook whose sheet holds these ``<row>`` elements."""
    sheet = f'{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    return package(parts_of(write_sheet(["甲"], [])) | {SHEET_PART: sheet.encode()} | parts)


def inline(reference: str, text: str) -> str:
    """A cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
